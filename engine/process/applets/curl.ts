import { complain, print, type Script, type Syscall } from '../program.ts';
import { isFailure, type Options, parseOptions, reasonOf, refuseOption } from './applet.ts';
import {
  type Address,
  type Exchange,
  type ExchangeError,
  type HttpAnswer,
  httpExchange,
  parseAddress,
} from './http-client.ts';

/** What libc says when a connection cannot be made. */
export const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
};

const MORE = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.
`;

/** `Z` and `K` are for long options only; curl has no letters for them. */
const LETTERS = 'sSo:m:w:IX:d:H:fivkLE:A:Z:K:';
const LONG: Readonly<Record<string, string>> = {
  silent: 's',
  'show-error': 'S',
  'max-time': 'm',
  'connect-timeout': 'm',
  output: 'o',
  'write-out': 'w',
  fail: 'f',
  head: 'I',
  include: 'i',
  insecure: 'k',
  location: 'L',
  request: 'X',
  data: 'd',
  header: 'H',
  'user-agent': 'A',
  cert: 'E',
  cacert: 'Z',
  key: 'K',
};

/** curl takes the value of a long option also as the next word. */
function joined(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const letter = word.startsWith('--') ? LONG[word.slice(2)] : undefined;
    const takesValue = letter !== undefined && LETTERS[LETTERS.indexOf(letter) + 1] === ':';
    result.push(takesValue ? `${word}=${words[++at] ?? ''}` : word);
  }
  return result;
}

const USAGE = `Usage: curl [options...] <url>
 -d, --data <data>           the body of a request
 -f, --fail                  end with an error for answers of 400 and above
 -H, --header <header>       a header more
 -i, --include               headers before the answer
 -I, --head                  headers only
 -k, --insecure              do not check the certificate of the server
     --cacert <file>         the authority that the server is checked by
     --cert <file>, --key <file>  who asks
 -L, --location              follow redirections
 -m, --max-time <seconds>    how long it may take
 -o, --output <file>         write into a file
 -s, --silent                no messages
 -v, --verbose               what is said both ways
 -w, --write-out <format>    %{http_code} and others, at the end
 -X, --request <method>      GET, POST, PUT, PATCH, DELETE
`;

/** The parts of curl that lessons and recordings use, over TLS as well: `-k`, `--cacert`, `--cert` with `--key`. */
export const curl: Script = function* ({ argv }) {
  if (argv.includes('--help') || argv[1] === '-h') {
    yield* print(USAGE);
    return 0;
  }
  const options = parseOptions(joined(argv.slice(1)), LETTERS, LONG);
  if (options.unknown) return yield* refuseOption('curl', options.unknown);
  const address = parseAddress(options.operands[0] ?? '');
  if (!address) {
    yield* complain('curl: (1) only http:// and https:// addresses are simulated\n');
    return 1;
  }
  const isLoud = !options.flags.has('s') || options.flags.has('S');
  const exchange = yield* exchangeOf(options);
  const timeout = options.values.m === undefined ? undefined : Number(options.values.m) * 1000;
  const follows = options.flags.has('L') ? MOST_REDIRECTS : 0;
  const answer = isFailure(exchange) ? exchange : yield* followed(address, exchange, timeout, follows);
  if (isFailure(answer)) {
    const [code, text] = failureOf(answer, address);
    if (isLoud) yield* complain(`curl: (${code}) ${text}\n${code === 60 ? MORE : ''}`);
    return code;
  }
  if (options.flags.has('f') && answer.code >= 400) {
    if (isLoud) yield* complain(`curl: (22) The requested URL returned error: ${answer.code}\n`);
    return 22;
  }
  yield* show(options, answer);
  return 0;
};

/** How often curl goes on elsewhere before it gives up. */
const MOST_REDIRECTS = 50;

/** An exchange, and with `-L` those that answers of the kind 3xx send it to. */
function* followed(
  address: Address,
  exchange: Exchange,
  timeout: number | undefined,
  follows: number,
): Generator<Syscall, HttpAnswer | ExchangeError, unknown> {
  const answer = yield* httpExchange(address, exchange, timeout);
  if (follows === 0 || isFailure(answer) || answer.code < 300 || answer.code > 399) return answer;
  const target = /^location: *(.*?)\r?$/im.exec(answer.head)?.[1];
  if (target === undefined) return answer;
  const next = target.startsWith('/') ? { ...address, path: target } : parseAddress(target);
  return next === undefined ? answer : yield* followed(next, exchange, timeout, follows - 1);
}

function* exchangeOf({ flags, values, lists }: Options): Generator<Syscall, Exchange | ExchangeError, unknown> {
  const body = values.d;
  const files: { authorities?: string; certificate?: string } = {};
  for (const [letter, field] of [
    ['Z', 'authorities'],
    ['E', 'certificate'],
    ['K', undefined],
  ] as const) {
    const path = values[letter];
    if (path === undefined) continue;
    const text = (yield { call: 'readFile', path }) as string | ExchangeError;
    if (isFailure(text)) return { error: letter === 'Z' ? 'ECAFILE' : 'ECERTFILE', reason: path };
    if (field !== undefined) files[field] = text;
  }
  if (files.certificate !== undefined && values.K === undefined) return { error: 'ECERTFILE', reason: values.E ?? '' };
  return {
    method: values.X ?? (flags.has('I') ? 'HEAD' : body === undefined ? 'GET' : 'POST'),
    headers: [`User-Agent: ${values.A ?? 'curl/8.5.0'}`, 'Accept: */*', ...typeOf(body, lists.H), ...(lists.H ?? [])],
    ...(body === undefined ? {} : { body }),
    ...(flags.has('k') ? { isTrusting: true } : {}),
    ...files,
  };
}

/** What is sent with `-d` is a form, unless a header says what it is. */
function typeOf(body: string | undefined, headers: readonly string[] = []): string[] {
  const isSaid = headers.some((header) => /^content-type:/i.test(header));
  return body === undefined || isSaid ? [] : ['Content-Type: application/x-www-form-urlencoded'];
}

function* show({ flags, values }: Options, answer: HttpAnswer): Generator<Syscall, void, unknown> {
  const head = flags.has('I') || flags.has('i') ? `${answer.head}\r\n\r\n` : '';
  const shown = head + (flags.has('I') ? '' : answer.body);
  if (values.o === undefined) yield* print(shown);
  else if (values.o !== '/dev/null') yield { call: 'writeFile', path: values.o, text: shown };
  yield* print((values.w ?? '').replaceAll('%{http_code}', String(answer.code)).replaceAll('\\n', '\n'));
}

function failureOf({ error, reason = '' }: ExchangeError, { host, port }: Address): readonly [number, string] {
  if (error === 'ENOTFOUND') return [6, `Could not resolve host: ${host}`];
  if (error === 'ETIMEDOUT') return [28, 'Connection timed out'];
  if (error === 'ECERT') return [60, reason];
  if (error === 'ETLS') return [35, `error:0A00010B:SSL routines::${reason}`];
  if (error === 'ECAFILE') return [77, `error setting certificate verify locations:  CAfile: ${reason} CApath: none`];
  if (error === 'ECERTFILE')
    return [58, `could not load PEM client certificate from ${reason}, no key found, or wrong pass phrase?`];
  return [7, `Failed to connect to ${host} port ${port}: ${CONNECT_REASONS[error] ?? reasonOf(error)}`];
}
