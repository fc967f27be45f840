import { chmodSync, writeFileSync } from 'node:fs';
import { certificateAuthority, type Session } from '../../engine/index.ts';
import { type Serving, serve } from '../serve/serve.ts';

/** Virtual time that passes with each message of a client, so that answers on streams reach it; milliseconds. */
const MESSAGE = 50;

/** Offers the session of the window to clients of this machine, from when they are asked in until the window is closed. */
export class ClientDoor {
  private readonly kubeconfig: string;
  private readonly onChange: () => void;
  private serving: Promise<Serving> | undefined;
  private open: Serving | undefined;
  private authority = '';

  /** `kubeconfig` is the path of the file that lets clients in. */
  constructor(kubeconfig: string, onChange: () => void) {
    this.kubeconfig = kubeconfig;
    this.onChange = onChange;
  }

  /** Opens the door, if it is not open already, and tells how a shell gets through it. */
  async connect(session: Session): Promise<{ readonly url: string; readonly command: string }> {
    this.serving ??= this.begin(session);
    const { url, kubeconfig } = await this.serving;
    writeFileSync(this.kubeconfig, kubeconfig, { mode: 0o600 });
    chmodSync(this.kubeconfig, 0o600);
    const path = this.kubeconfig.includes("'") ? `"${this.kubeconfig}"` : `'${this.kubeconfig}'`;
    return { url, command: process.platform === 'win32' ? `$env:KUBECONFIG=${path}` : `export KUBECONFIG=${path}` };
  }

  /** Whether a client waits for a program in the cluster, so that time has to pass. */
  get isAwaited(): boolean {
    return this.open?.served.isAwaited ?? false;
  }

  /** The window may have gone over to another session, and time may have passed. A cluster with other keys has another door. */
  follow(session: Session): void {
    if (this.open === undefined) return;
    if (certificateAuthority(session.config).certificate === this.authority) {
      this.open.served.follow(session);
      this.open.served.handOut();
    } else this.close();
  }

  close(): void {
    void this.open?.close();
    this.serving = undefined;
    this.open = undefined;
  }

  private async begin(session: Session): Promise<Serving> {
    const serving = await serve(session, { port: 0, speed: 0 });
    this.authority = certificateAuthority(session.config).certificate;
    this.open = serving;
    const { served } = serving;
    served.onInput = () => {
      if (served.openStreams > 0) served.act((shown) => shown.advance(MESSAGE));
      this.onChange();
    };
    return serving;
  }
}
