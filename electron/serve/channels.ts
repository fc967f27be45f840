import type { ApiResponse, Json } from '../../engine/index.ts';
import { type Chunk, chunkOf } from './http-response.ts';
import type { ServedSession } from './served-session.ts';

/** The two ends of an exec, attach or port-forward connection, whatever carries it. */
export interface Channels {
  write(channel: 'stdout' | 'stderr' | 'error', text: string): void;
  /** Everything has been said. */
  close(): void;
}

/**
 * An open stream of the engine, joined to channels. What comes before the channels are there waits; text that ends in the
 * middle of a character waits for the rest.
 */
export class JoinedStream {
  private readonly session: ServedSession;
  private readonly client: string;
  private readonly stream: number;
  private readonly decoder = new TextDecoder();
  private channels: Channels | undefined;
  private waiting: (Chunk | 'closed')[] = [];
  private isClosed = false;

  constructor(session: ServedSession, client: string, answer: ApiResponse) {
    this.session = session;
    this.client = client;
    this.stream = answer.stream as number;
    session.listen(this.stream, (task) => {
      const piece = task.closed === true ? 'closed' : chunkOf(task);
      if (piece === undefined) return;
      if (this.channels) this.pass(this.channels, piece);
      else this.waiting.push(piece);
    });
  }

  join(channels: Channels): void {
    this.channels = channels;
    const { waiting } = this;
    this.waiting = [];
    for (const piece of waiting) this.pass(channels, piece);
  }

  input(bytes: Buffer): void {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text !== '') this.say({ input: text });
  }

  endInput(): void {
    this.say({ closeInput: true });
  }

  hangUp(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.session.hangUp(this.client, this.stream);
  }

  private say(said: Readonly<Record<string, Json>>): void {
    if (!this.isClosed) this.session.say(this.client, this.stream, said);
  }

  private pass(channels: Channels, piece: Chunk | 'closed'): void {
    if (piece === 'closed') {
      this.isClosed = true;
      channels.close();
    } else if (piece.channel === 'error') channels.write('error', JSON.stringify(piece.status));
    else if (piece.text !== undefined && piece.channel !== undefined) channels.write(piece.channel, piece.text);
    else if (piece.watch) channels.write('stdout', JSON.stringify(piece.watch));
  }
}
