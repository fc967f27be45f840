import { complain, type FileError, print, type Script, type Syscall } from '../program.ts';
import { byteLength, firstBytes } from '../text.ts';
import type { ServerKind } from './server.ts';

/** Keys and values: in the folder that a real one keeps its dump in, so that a volume there keeps them. */
const DUMP = '/data/dump.json';

const NIL = '$-1\r\n';
const OK = '+OK\r\n';

/** A value as the protocol carries it (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export function bulk(text: string): string {
  return `$${byteLength(text)}\r\n${text}\r\n`;
}

/** The words of the first command of `received` and where it ends; undefined while it is unfinished. */
export function redisCommand(
  received: string,
): { readonly words: readonly string[]; readonly end: number } | undefined {
  const line = received.indexOf('\n');
  if (line < 0) return undefined;
  if (!received.startsWith('*')) {
    const words = received.slice(0, line).trim().split(/\s+/);
    return { words: words.filter((word) => word !== ''), end: line + 1 };
  }
  const words: string[] = [];
  let at = line + 1;
  for (let left = Number.parseInt(received.slice(1, line), 10); left > 0; left--) {
    const head = /^\$(\d+)\r\n/.exec(received.slice(at));
    if (head === null) return undefined;
    const start = at + head[0].length;
    const length = Number(head[1]);
    const word = firstBytes(received.slice(start), length);
    if (byteLength(word) < length || received.length < start + word.length + 2) return undefined;
    words.push(word);
    at = start + word.length + 2;
  }
  return { words, end: at };
}

type Data = Readonly<Record<string, string>>;

/** What a command comes to: a reply, and the data after it when it changes them. */
interface Effect {
  readonly reply: string;
  readonly data?: Data;
}

function add(data: Data, key: string, amount: number): Effect {
  const value = data[key] ?? '0';
  if (!/^-?\d+$/.test(value)) return { reply: '-ERR value is not an integer or out of range\r\n' };
  const next = Number(value) + amount;
  return { reply: `:${next}\r\n`, data: { ...data, [key]: String(next) } };
}

function remove(data: Data, keys: readonly string[]): Effect {
  const gone = keys.filter((key) => Object.hasOwn(data, key));
  return {
    reply: `:${new Set(gone).size}\r\n`,
    data: Object.fromEntries(Object.entries(data).filter(([key]) => !gone.includes(key))),
  };
}

/** Commands and how many words they need at least, their own name included. */
const COMMANDS: Readonly<Record<string, readonly [number, (data: Data, words: readonly string[]) => Effect]>> = {
  PING: [1, (_data, words) => ({ reply: words[1] === undefined ? '+PONG\r\n' : bulk(words[1]) })],
  ECHO: [2, (_data, words) => ({ reply: bulk(words[1] as string) })],
  GET: [
    2,
    (data, words) => ({
      reply: Object.hasOwn(data, words[1] as string) ? bulk(data[words[1] as string] as string) : NIL,
    }),
  ],
  SET: [3, (data, words) => ({ reply: OK, data: { ...data, [words[1] as string]: words[2] as string } })],
  DEL: [2, (data, words) => remove(data, words.slice(1))],
  EXISTS: [2, (data, words) => ({ reply: `:${words.slice(1).filter((key) => Object.hasOwn(data, key)).length}\r\n` })],
  INCR: [2, (data, words) => add(data, words[1] as string, 1)],
  DECR: [2, (data, words) => add(data, words[1] as string, -1)],
  DBSIZE: [1, (data) => ({ reply: `:${Object.keys(data).length}\r\n` })],
  FLUSHALL: [1, () => ({ reply: OK, data: {} })],
};

function execute(data: Data, words: readonly string[]): Effect {
  const name = words[0] ?? '';
  const command = COMMANDS[name.toUpperCase()];
  if (command === undefined) return { reply: `-ERR unknown command '${name}'\r\n` };
  if (words.length < command[0])
    return { reply: `-ERR wrong number of arguments for '${name.toLowerCase()}' command\r\n` };
  return command[1](data, words);
}

/** The handful of commands that a first look at Redis uses. */
export const redis: ServerKind = {
  port: ({ argv }) => Number(argv[argv.indexOf('--port') + 1] ?? Number.NaN) || 6379,
  refused: (port, reason) => `Warning: Could not create server TCP listening socket *:${port}: bind: ${reason}`,
  end: (received) => redisCommand(received)?.end ?? -1,
  keeps: true,
  *answer(_invocation, request) {
    const words = redisCommand(request)?.words ?? [];
    if (words.length === 0) return { reply: '' };
    const stored = (yield { call: 'readFile', path: DUMP }) as string | FileError;
    const { reply, data } = execute(typeof stored === 'string' ? (JSON.parse(stored) as Data) : {}, words);
    if (data !== undefined) yield { call: 'writeFile', path: DUMP, text: JSON.stringify(data) };
    return { reply };
  },
};

/** A reply as redis-cli shows it when nobody sits at a terminal: raw. */
function shown(reply: string): string {
  if (reply.startsWith(NIL)) return '';
  if (!reply.startsWith('$')) return reply.slice(1, reply.indexOf('\r\n'));
  const start = reply.indexOf('\r\n') + 2;
  return reply.slice(start, reply.length - 2);
}

/** `redis-cli [-h HOST] [-p PORT] COMMAND …`. */
export const redisClient: Script = function* ({ argv }) {
  let host = '127.0.0.1';
  let port = 6379;
  let at = 1;
  for (; /^-[hp]$/.test(argv[at] ?? ''); at += 2) {
    if (argv[at] === '-h') host = argv[at + 1] ?? '';
    else port = Number(argv[at + 1]);
  }
  const words = argv.slice(at);
  if (words.length === 0) {
    yield* complain('redis-cli: only single commands are simulated: redis-cli ping\n');
    return 1;
  }
  const socket = (yield { call: 'connect', host, port }) as number | FileError;
  if (typeof socket !== 'number') {
    yield* complain(
      `Could not connect to Redis at ${host}:${port}: ${socket.error === 'ENOTFOUND' ? 'Name does not resolve' : 'Connection refused'}\n`,
    );
    return 1;
  }
  return yield* ask(socket, words);
};

function* ask(socket: number, words: readonly string[]): Generator<Syscall, number, unknown> {
  yield { call: 'write', fd: socket, text: `*${words.length}\r\n${words.map(bulk).join('')}` };
  const reply = (yield { call: 'read', fd: socket }) as string | null;
  if (reply === null) {
    yield* complain('Error: Server closed the connection\n');
    return 1;
  }
  yield* print(`${shown(reply)}\n`);
  return reply.startsWith('-') ? 1 : 0;
}
