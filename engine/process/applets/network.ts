import { complain, type FileError, print, read, type Script, type Syscall, write } from '../program.ts';
import { type AppletTable, isFailure, parseOptions, refuseOption } from './applet.ts';
import { CONNECT_REASONS, curl } from './curl.ts';
import { lookupApplets } from './lookup.ts';
import { wget } from './wget.ts';

/** `nc HOST PORT` carries text to and fro; `nc -z` only looks whether somebody listens; `nc -l -p PORT` listens. */
const nc: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'lp:w:zvn');
  if (options.unknown) return yield* refuseOption('nc', options.unknown);
  const timeout = options.values.w === undefined ? undefined : Number(options.values.w) * 1000;
  let socket: number | FileError;
  if (options.flags.has('l')) {
    const listener = (yield { call: 'listen', port: Number(options.values.p ?? options.operands[0]) }) as
      | number
      | FileError;
    if (isFailure(listener)) {
      yield* complain('nc: bind: Address already in use\n');
      return 1;
    }
    socket = (yield { call: 'accept', fd: listener }) as number;
  } else {
    const [host = '', port = ''] = options.operands;
    socket = (yield { call: 'connect', host, port: Number(port), ...(timeout === undefined ? {} : { timeout }) }) as
      | number
      | FileError;
    if (isFailure(socket)) {
      const text =
        socket.error === 'ENOTFOUND'
          ? `bad address '${host}'`
          : socket.error === 'ETIMEDOUT' && timeout !== undefined
            ? 'timed out'
            : `can't connect to remote host (${host}): ${CONNECT_REASONS[socket.error] ?? socket.error}`;
      yield* complain(`nc: ${text}\n`);
      return 1;
    }
  }
  if (options.flags.has('z')) return 0;
  return yield* carry(socket);
};

/** Standard input to the socket and the socket to standard output, until the other side ends. */
function* carry(socket: number): Generator<Syscall, number, unknown> {
  for (let hasInput = true; ; ) {
    const ready = (yield { call: 'select', fds: hasInput ? [0, socket] : [socket] }) as number;
    const part = yield* read(ready);
    if (ready === socket) {
      if (part === null) return 0;
      yield* print(part);
    } else if (part === null) hasInput = false;
    else yield* write(socket, part);
  }
}

export const networkApplets: AppletTable = { wget, curl, nc, ...lookupApplets };
