import { createDeflate, createInflate, constants as zlib } from 'node:zlib';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

/** Control frames that Kubernetes' clients send or expect: section 2.6 of the SPDY/3 draft. */
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const VERSION = 0x8003;
const FIN = 1;
const HEAD = 8;

/** One of the streams of a connection. */
export interface SpdyStream {
  readonly id: number;
  /** Names in lower case, as `streamtype`, `port`, `requestid`. */
  readonly headers: Readonly<Record<string, string>>;
  write(data: Buffer): void;
  /** Nothing more comes from this side. */
  end(): void;
  /** Ends the stream for both sides. */
  reset(): void;
  onData: (data: Buffer) => void;
  /** The other side has ended its direction, or has reset the stream. */
  onEnd: () => void;
}

interface SpdyEvents {
  /** Bytes for the other side. */
  readonly send: (bytes: Buffer) => void;
  readonly stream: (stream: SpdyStream) => void;
  readonly goAway: () => void;
}

/**
 * The server's end of a SPDY/3.1 connection, as far as Kubernetes' streaming uses it: streams opened by the client, data,
 * ends, resets and pings; no flow control, as the client library has none (moby/spdystream).
 */
export class SpdyConnection {
  private readonly events: SpdyEvents;
  private readonly streams = new Map<number, SpdyStream>();
  private readonly inflate = createInflate({ dictionary: SPDY_DICTIONARY, flush: zlib.Z_SYNC_FLUSH });
  private readonly deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: zlib.Z_SYNC_FLUSH });
  private received = Buffer.alloc(0);
  private isReading = false;

  constructor(events: SpdyEvents) {
    this.events = events;
  }

  receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    if (this.isReading) return;
    // Header blocks that cannot be unpacked leave nothing that could be understood.
    this.read().catch(() => this.events.goAway());
  }

  /** Frames one after the other: header blocks are unpacked in the background, and later frames wait for them. */
  private async read(): Promise<void> {
    this.isReading = true;
    while (this.received.length >= HEAD) {
      const length = this.received.readUIntBE(5, 3);
      if (this.received.length < HEAD + length) break;
      const frame = this.received.subarray(0, HEAD + length);
      this.received = this.received.subarray(HEAD + length);
      const first = frame.readUInt16BE(0);
      if (first < 0x8000) this.data(frame);
      else if (first === VERSION) await this.control(frame.readUInt16BE(2), frame);
    }
    this.isReading = false;
  }

  private data(frame: Buffer): void {
    const stream = this.streams.get(frame.readUInt32BE(0));
    if (stream === undefined) return;
    if (frame.length > HEAD) stream.onData(frame.subarray(HEAD));
    if ((frame.readUInt8(4) & FIN) !== 0) stream.onEnd();
  }

  private async control(type: number, frame: Buffer): Promise<void> {
    if (type === SYN_STREAM) await this.open(frame);
    else if (type === PING) this.events.send(frame);
    else if (type === GOAWAY) this.events.goAway();
    else if (type === RST_STREAM) {
      const id = frame.readUInt32BE(HEAD);
      const stream = this.streams.get(id);
      this.streams.delete(id);
      stream?.onEnd();
    }
  }

  private async open(frame: Buffer): Promise<void> {
    const id = frame.readUInt32BE(HEAD);
    const headers = headersOf(await through(this.inflate, frame.subarray(HEAD + 10)));
    const stream: SpdyStream = {
      id,
      headers,
      write: (data) => this.events.send(dataFrame(id, 0, data)),
      end: () => this.events.send(dataFrame(id, FIN, Buffer.alloc(0))),
      reset: () => this.events.send(controlFrame(RST_STREAM, words(id, 5))),
      onData: () => {},
      onEnd: () => {},
    };
    this.streams.set(id, stream);
    const noHeaders = await through(this.deflate, words(0));
    this.events.send(controlFrame(SYN_REPLY, Buffer.concat([words(id), noHeaders])));
    this.events.stream(stream);
    if ((frame.readUInt8(4) & FIN) !== 0) stream.onEnd();
  }
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) buffer.writeUInt32BE(value, 4 * at);
  return buffer;
}

function controlFrame(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(VERSION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function dataFrame(id: number, flags: number, data: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(id, 0);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

/** What a compressor makes of a block; it remembers the blocks before. */
function through(packer: ReturnType<typeof createInflate>, block: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const take = (part: Buffer) => parts.push(part);
    packer.on('data', take);
    packer.once('error', reject);
    packer.write(block, () => {
      packer.off('data', take);
      packer.off('error', reject);
      resolve(Buffer.concat(parts));
    });
  });
}

/** A block of names and values, each with its length before it. */
function headersOf(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 4;
  const text = (): string => {
    const end = at + 4 + block.readUInt32BE(at);
    const value = block.toString('utf8', at + 4, end);
    at = end;
    return value;
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text();
    headers[name.toLowerCase()] = text();
  }
  return headers;
}
