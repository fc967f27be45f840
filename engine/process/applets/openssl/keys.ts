import { CURVE_NAMES, type CurveIdentifier, ellipticKey, P256 } from '../../../certificates/elliptic.ts';
import {
  type PrivateKey,
  parsePrivateKey,
  privateKeyPem,
  privateKeyPkcs8,
  publicKeyInfo,
  publicKeyPem,
} from '../../../certificates/keys.ts';
import { rsaKey } from '../../../certificates/rsa.ts';
import { type Arguments, argumentsOf, input, OpensslError, output, type Running, refuseDer } from './arguments.ts';

const DEFAULT_BITS = 2048;
const KEY_MODE = 0o600;

/** Bits from the machine, as text: what a new key grows from. */
function* seed(): Running<string> {
  const left = (yield { call: 'random' }) as number;
  const right = (yield { call: 'random' }) as number;
  return `${left} ${right}`;
}

function bitsOf(text: string): number {
  const bits = Number(text);
  if (!Number.isInteger(bits) || bits < 512) throw new OpensslError(`${text}: keys have at least 512 bits`);
  if (bits > 4096) throw new OpensslError(`${text}: keys of more than 4096 bits take too long here`);
  return bits;
}

function curveNamed(name: string): CurveIdentifier {
  const found = Object.entries(CURVE_NAMES).find(([, names]) => names.name === name || names.nist === name);
  if (found !== undefined) return found[0] as CurveIdentifier;
  const names = Object.values(CURVE_NAMES).map((each) => each.name);
  throw new OpensslError(`unknown curve name (${name}); the curves here are ${names.join(', ')}`);
}

/** A new key of a kind: `rsa`, `rsa:2048`, `ec`. */
export function* newKey(kind: string, options: readonly string[] = []): Running<PrivateKey> {
  const [type = '', size] = kind.toLowerCase().split(':');
  const option = (name: string) => options.find((each) => each.startsWith(`${name}:`))?.slice(name.length + 1);
  if (type === 'rsa') return rsaKey(yield* seed(), bitsOf(size ?? option('rsa_keygen_bits') ?? String(DEFAULT_BITS)));
  if (type !== 'ec') throw new OpensslError(`Keys of the kind "${kind}" are not simulated; there are rsa and ec.`);
  const curve = option('ec_paramgen_curve');
  return ellipticKey(yield* seed(), curve === undefined ? P256 : curveNamed(curve));
}

/** Reads a private key from a file or standard input. */
export function* readKey(path: string | undefined): Running<PrivateKey> {
  const key = parsePrivateKey(yield* input(path, 'private key'));
  if (key === undefined) throw new OpensslError(`Could not find private key from ${path ?? '<stdin>'}`);
  return key;
}

export function* genrsa(words: readonly string[]): Running<number> {
  const { values, operands, flags } = argumentsOf('genrsa', words, ['traditional', 'verbose', '3', 'F4'], ['out']);
  const key = yield* newKey(`rsa:${operands[0] ?? DEFAULT_BITS}`);
  yield* output(values.out, flags.has('traditional') ? privateKeyPem(key) : privateKeyPkcs8(key), KEY_MODE);
  return 0;
}

export function* genpkey(words: readonly string[]): Running<number> {
  const { values, lists } = argumentsOf('genpkey', words, ['quiet'], ['algorithm', 'pkeyopt', 'out', 'outform']);
  if (values.algorithm === undefined) throw new OpensslError('genpkey: -algorithm says which kind of key: RSA or EC');
  yield* output(values.out, privateKeyPkcs8(yield* newKey(values.algorithm, lists.pkeyopt)), KEY_MODE);
  return 0;
}

export function* ecparam(words: readonly string[]): Running<number> {
  const { values, flags } = argumentsOf('ecparam', words, ['genkey', 'noout', 'list_curves'], ['name', 'out']);
  if (flags.has('list_curves')) {
    const lines = Object.values(CURVE_NAMES).map(({ name, nist }) => `  ${name.padEnd(10)}: NIST ${nist}\n`);
    yield* output(undefined, lines.join(''));
    return 0;
  }
  if (!flags.has('genkey') || values.name === undefined)
    throw new OpensslError('ecparam: give -name CURVE and -genkey');
  yield* output(values.out, privateKeyPem(yield* newKey('ec', [`ec_paramgen_curve:${values.name}`])), KEY_MODE);
  return 0;
}

/** `pkey`, `rsa` and `ec`: a key read and written again, or its public half. */
export function keyCommand(command: string) {
  return function* (words: readonly string[]): Running<number> {
    const flags = ['pubout', 'noout', 'traditional', 'check', 'nodes'];
    const given = argumentsOf(command, words, flags, ['in', 'out', 'inform', 'outform']);
    refuseDer(given);
    const key = yield* readKey(given.values.in);
    if (given.flags.has('check')) yield* output(undefined, command === 'rsa' ? 'RSA key ok\n' : 'Key is valid\n');
    if (given.flags.has('noout')) return 0;
    yield* output(given.values.out, keyText(command, key, given), given.flags.has('pubout') ? 0o644 : KEY_MODE);
    return 0;
  };
}

function keyText(command: string, key: PrivateKey, { flags }: Arguments): string {
  if (flags.has('pubout')) return publicKeyPem(publicKeyInfo(key));
  return flags.has('traditional') || command === 'ec' ? privateKeyPem(key) : privateKeyPkcs8(key);
}
