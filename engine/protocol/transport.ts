import type { EngineMessage, WindowMessage } from './messages.ts';

/**
 * One end of a two-way channel of plain data: a Web Worker, an Electron MessagePort and a WebSocket all fit. Messages
 * arrive in order; a listener added late misses what came before it.
 */
export interface Transport<Out = WindowMessage, In = EngineMessage> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** The other end is gone and will not answer any more. */
  onClose?(listener: (reason: string) => void): void;
}
