import { complain, print, type Script, type Syscall } from '../program.ts';
import { isFailure, type Options, parseOptions, refuseOption } from './applet.ts';
import { CONNECT_REASONS } from './curl.ts';
import { type Address, type ExchangeError, type HttpAnswer, httpExchange, parseAddress } from './http-client.ts';

const LONG: Readonly<Record<string, string>> = {
  spider: 's',
  timeout: 'T',
  'output-document': 'O',
  quiet: 'q',
  header: 'H',
  'post-data': 'D',
  'no-check-certificate': 'N',
};

/** `--header VALUE` and `--post-data VALUE`, the value in a word of its own. */
function joined(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const isWaiting = word === '--header' || word === '--post-data';
    result.push(isWaiting ? `${word}=${words[++at] ?? ''}` : word);
  }
  return result;
}

/** busybox wget: `wget -qO- http://web`, `--spider`, `-T SECONDS`, `--header`, `--post-data`; over TLS it trusts everybody. */
export const wget: Script = function* ({ argv }) {
  const options = parseOptions(joined(argv.slice(1)), 'qO:T:St:cH:D:N', LONG);
  if (options.unknown !== undefined && options.unknown !== 's') return yield* refuseOption('wget', options.unknown);
  const address = parseAddress(options.operands[0] ?? '');
  if (!address) {
    yield* complain(`wget: not an http or ftp url: ${options.operands[0] ?? ''}\n`);
    return 1;
  }
  const resolved = (yield { call: 'resolve', host: address.host }) as string | null;
  if (resolved === null) {
    yield* complain(`wget: bad address '${address.host}'\n`);
    return 1;
  }
  const isSpider = argv.includes('--spider');
  yield* announce(options, address, resolved);
  const timeout = options.values.T === undefined ? undefined : Number(options.values.T) * 1000;
  const body = options.values.D;
  const exchange = {
    method: isSpider ? 'HEAD' : body === undefined ? 'GET' : 'POST',
    headers: ['User-Agent: Wget', ...(options.lists.H ?? [])],
    isTrusting: true,
    ...(body === undefined ? {} : { body }),
  };
  const answer = yield* httpExchange(address, exchange, timeout);
  if (isFailure(answer)) return yield* refuse(answer, resolved, timeout !== undefined);
  if (answer.code >= 400) {
    yield* complain(`wget: server returned error: HTTP/1.1 ${answer.code} ${answer.reason}\n`);
    return 1;
  }
  if (!isSpider) yield* save(options, address, answer);
  else if (!options.flags.has('q')) yield* complain('remote file exists\n');
  return 0;
};

function* announce({ flags }: Options, address: Address, resolved: string): Generator<Syscall, void, unknown> {
  const { host, port, isSecure } = address;
  const shown = port === (isSecure ? 443 : 80) ? host : `${host}:${port}`;
  if (!flags.has('q')) yield* complain(`Connecting to ${shown} (${resolved}:${port})\n`);
  if (isSecure && !flags.has('N')) yield* complain('wget: note: TLS certificate validation not implemented\n');
}

function* refuse({ error }: ExchangeError, resolved: string, hasTimeout: boolean): Generator<Syscall, number, unknown> {
  if (error === 'ETIMEDOUT' && hasTimeout) yield* complain('wget: download timed out\n');
  else yield* complain(`wget: can't connect to remote host (${resolved}): ${CONNECT_REASONS[error] ?? error}\n`);
  return 1;
}

function* save({ values }: Options, { path }: Address, { body }: HttpAnswer): Generator<Syscall, void, unknown> {
  const output = values.O ?? (path.split('/').pop() || 'index.html');
  if (output === '-') yield* print(body);
  else yield { call: 'writeFile', path: output, text: body };
}
