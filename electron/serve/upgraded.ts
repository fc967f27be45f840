import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData } from 'ws';
import type { ApiRequest } from '../../engine/index.ts';
import type { ServedSession } from './served-session.ts';

/** A connection that wants to become something else, and who is on it. */
export interface Upgrade {
  readonly session: ServedSession;
  readonly client: string;
  readonly asked: ApiRequest;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A WebSocket message, in however many pieces it came. */
export function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
