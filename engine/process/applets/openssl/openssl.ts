import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64OfBytes } from '../../../base64.ts';
import { hash32, nextRandom } from '../../../sim/random.ts';
import type { Script } from '../../program.ts';
import { argumentsOf, input, OpensslError, output, type Running, reporting } from './arguments.ts';
import { ecparam, genpkey, genrsa, keyCommand } from './keys.ts';
import { req } from './req.ts';
import { verify, x509 } from './x509.ts';

/** A version that writes names as the recordings have them: `O=devs, CN=jane`. */
const VERSION = 'OpenSSL 3.5.4 30 Sep 2025 (Library: OpenSSL 3.5.4 30 Sep 2025)\n';

type Command = (words: readonly string[]) => Running<number>;

function* version(): Running<number> {
  yield* output(undefined, VERSION);
  return 0;
}

function* rand(words: readonly string[]): Running<number> {
  const { flags, values, operands } = argumentsOf('rand', words, ['hex', 'base64'], ['out']);
  const count = Number(operands[0] ?? '');
  if (!Number.isInteger(count) || count < 1) throw new OpensslError('rand: say how many bytes: openssl rand -hex 16');
  if (flags.size === 0) throw new OpensslError('rand: bare bytes are no text; give -hex or -base64');
  let seed = hash32(String((yield { call: 'random' }) as number));
  const bytes = Uint8Array.from({ length: count }, () => {
    const next = nextRandom(seed);
    seed = next.seed;
    return Math.floor(next.value * 256);
  });
  const text = flags.has('hex') ? bytesToHex(bytes) : (base64OfBytes(bytes).match(/.{1,64}/g) ?? []).join('\n');
  yield* output(values.out, `${text}\n`);
  return 0;
}

function* digest(words: readonly string[]): Running<number> {
  const { operands, flags } = argumentsOf('dgst', words, ['sha256', 'hex', 'r'], []);
  for (const path of operands.length === 0 ? [undefined] : operands) {
    const sum = bytesToHex(sha256(utf8ToBytes(yield* input(path, 'data'))));
    const name = path ?? 'stdin';
    yield* output(undefined, flags.has('r') ? `${sum} *${name}\n` : `SHA2-256(${name})= ${sum}\n`);
  }
  return 0;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  dgst: digest,
  ec: keyCommand('ec'),
  ecparam,
  genpkey,
  genrsa,
  pkey: keyCommand('pkey'),
  rand,
  req,
  rsa: keyCommand('rsa'),
  sha256: digest,
  verify,
  version,
  x509,
};

/** What people do with OpenSSL beside a cluster: keys, requests, certificates. Files are PEM. */
export const openssl: Script = function* ({ argv }) {
  const [, name = 'help', ...words] = argv;
  const command = COMMANDS[name];
  return yield* reporting(function* () {
    if (command !== undefined) return yield* command(words);
    throw new OpensslError(`openssl: "${name}" is not simulated; there are ${Object.keys(COMMANDS).join(', ')}`);
  });
};
