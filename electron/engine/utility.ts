// The utility process of the desktop app: the engine, away from the window's and the main process's threads.
import type { EngineMessage, WindowMessage } from '../../engine/protocol/messages.ts';
import { HostedEngine } from './hosted-engine.ts';

interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void): void;
  start?(): void;
}

const parent = (process as unknown as { readonly parentPort: Port }).parentPort;
const engine = new HostedEngine(process.argv[2] as string);

parent.on('message', ({ ports }) => {
  const [port] = ports;
  if (!port) return;
  engine.listen((message: EngineMessage) => port.postMessage(message));
  port.on('message', ({ data }) => engine.receive(data as WindowMessage));
  port.start?.();
});
