import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CaseFile } from '../../electron/cli/case-file.ts';
import { BARE, WARM_UP } from '../../electron/cli/transcript.ts';
import { type Serving, serve } from '../../electron/serve/serve.ts';
import { createSession } from '../../engine/index.ts';

/** Where the real kubectl and Helm are: `test/setup/kubectl.mjs` puts them there. */
export const binaries = process.env.KUBECTL_FOLDER ?? join(process.cwd(), '.cache', 'kubectl');

/** How long one command may take, as in the recordings; real milliseconds. */
const COMMAND_LIMIT = 90_000;

/**
 * Time stands still while kubectl works, however slow the machine is: a message takes so many virtual milliseconds, as in
 * the app. Once nothing has come for a while, kubectl waits: on an open stream time runs until something is to be told,
 * otherwise as fast as real time. All in milliseconds.
 */
const EXCHANGE = 15;
const BETWEEN_COMMANDS = 60;
const REACTION = 120;
const SILENCE = 1000;
const TICK = 10;
const SLICE = 20;
const MOST_SLICES = 10;

/** Commands that measure time themselves, and shortly: for these, time passes as it does for them. */
const TIMED = /(^|[\s;|])(timeout|sleep) \d|--(request-)?timeout=[1-9]s|kubectl drain/;

/** kubectl refuses a second restart within the same second of its own clock. */
const RESTART = /kubectl rollout restart/;
const SECOND = 1000;

/** The server's address in the recordings. */
const RECORDED_SERVER = '10.77.255.1:6443';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A cluster of its own, a folder with a kubeconfig, and a shell with a real kubectl in it. */
export class Console {
  readonly serving: Serving;
  readonly folder: string;
  private readonly environment: Record<string, string>;

  private constructor(serving: Serving) {
    this.serving = serving;
    this.folder = mkdtempSync(join(tmpdir(), 'orrery-wire-'));
    const programs = join(this.folder, '.bin');
    mkdirSync(programs);
    for (const name of ['kubectl', 'helm']) symlinkSync(join(binaries, name), join(programs, name));
    const kubeconfig = join(this.folder, '.kubeconfig');
    writeFileSync(kubeconfig, serving.kubeconfig, { mode: 0o600 });
    this.environment = {
      PATH: `${programs}:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.folder,
      KUBECONFIG: kubeconfig,
      TERM: 'dumb',
      LC_ALL: 'C.UTF-8',
    };
  }

  /** As bare as the recorded cluster; its clock says what the real one says, as kubectl reckons ages by that. */
  static async open(): Promise<Console> {
    const startTime = new Date(Date.now() - WARM_UP).toISOString().replace(/\.\d+Z$/, 'Z');
    const session = createSession({ ...BARE, startTime });
    session.advance(WARM_UP);
    return new Console(await serve(session, { port: 0, speed: 0 }));
  }

  async close(): Promise<void> {
    await this.serving.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(path: string, text: string, mode = 0o644): void {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    chmodSync(full, mode);
  }

  /** Runs a shell line to its end. */
  run(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Output> {
    const stopPacing = this.pace(line);
    return new Promise((resolve) => {
      const child = spawn('bash', ['-c', line], {
        cwd: this.folder,
        env: { ...this.environment, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let stdout = '';
      let stderr = '';
      let isLate = false;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const limit = setTimeout(() => {
        isLate = true;
        process.kill(-(child.pid as number), 'SIGKILL');
      }, COMMAND_LIMIT);
      child.on('close', (code, signal) => {
        clearTimeout(limit);
        stopPacing();
        resolve(
          isLate
            ? { stdout, stderr: 'TIMEOUT', exitCode: 124 }
            : { stdout, stderr, exitCode: code ?? (signal === 'SIGTERM' ? 143 : 137) },
        );
      });
    });
  }

  /** Lets time pass while a command runs; answers how to stop it. */
  private pace(line: string): () => void {
    const { served } = this.serving;
    if (TIMED.test(line)) {
      served.speed = 1;
      return () => {
        served.speed = 0;
      };
    }
    let { exchanges } = served;
    let quietSince = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const isQuiet = served.exchanges === exchanges;
      const quietFor = now - quietSince;
      if (!isQuiet) {
        this.advance((served.exchanges - exchanges) * EXCHANGE);
        quietSince = now;
      } else if (served.openStreams > 0 && quietFor > REACTION) this.advanceUntilHeard();
      else if (quietFor > SILENCE) this.advance(TICK);
      exchanges = served.exchanges;
    }, TICK);
    return () => clearInterval(timer);
  }

  private advance(milliseconds: number): void {
    this.serving.served.act((session) => session.advance(milliseconds));
  }

  /** Runs until the client is told something, yet not far at once. */
  private advanceUntilHeard(): void {
    const { served } = this.serving;
    const { exchanges } = served;
    for (let slices = 0; slices < MOST_SLICES && served.exchanges === exchanges; slices++) this.advance(SLICE);
  }
}

/** Types a case file's commands into a real shell, with a real kubectl, and writes down what comes out. */
export async function wireTranscript(file: CaseFile, prepare: (at: Console) => void = () => {}): Promise<string> {
  const at = await Console.open();
  prepare(at);
  try {
    const lines = [`# ${file.title}`];
    for (const { path, text } of file.files) at.write(path, text);
    for (const command of file.commands) {
      if (RESTART.test(command)) await new Promise((resolve) => setTimeout(resolve, SECOND));
      lines.push(`$ ${command.replaceAll('\n', '\n> ')}`);
      const settle = /^settle (\d+)$/.exec(command);
      if (settle) at.serving.served.act((session) => session.advance(Number(settle[1]) * 1000));
      else {
        lines.push(...outputLines(await at.run(command)));
        at.serving.served.act((session) => session.advance(BETWEEN_COMMANDS));
      }
    }
    const address = at.serving.url.replace('https://', '');
    return `${lines.join('\n')}\n`.replaceAll(address, RECORDED_SERVER);
  } finally {
    await at.close();
  }
}

function outputLines({ stdout, stderr, exitCode }: Output): string[] {
  const output = stdout.replace(/^\n+|\n+$/g, '') === '' ? [] : stdout.replace(/\n+$/, '').split('\n');
  const errors = stderr.trim() === '' ? [] : stderr.replace(/\n+$/, '').split('\n');
  return [...output, ...errors.map((line) => `! ${line}`), ...(exitCode ? [`[exit ${exitCode}]`] : [])];
}
