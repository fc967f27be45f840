import { type Implementation, library, type Overload } from './function.ts';
import { EvaluationError, Opaque } from './value.ts';

const TYPE = 'kubernetes.Semver';

interface Version {
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly string[];
}

const NUMBER = '(0|[1-9]\\d*)';
const STRICT = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

function parsed(text: string): Version | undefined {
  const match = STRICT.exec(text);
  if (match === null) return undefined;
  const prerelease = match[4]?.split('.') ?? [];
  if (prerelease.some((part) => /^0\d+$/.test(part))) return undefined;
  return { numbers: [match[1], match[2], match[3]].map((part) => BigInt(part as string)), prerelease };
}

/** `v1.2` becomes `1.2.0`, `01.02.03` becomes `1.2.3`. */
function normalised(text: string): string {
  const parts = text.replace(/^v/, '').split('.');
  const [major = '', minor, ...rest] = parts;
  const three = [major, minor ?? '0', rest.length === 0 ? '0' : rest.join('.')];
  return three.map((part) => part.replace(/^0+(?=\d)/, '')).join('.');
}

function semver(text: string, isTolerant = false): Opaque {
  const version = parsed(isTolerant ? normalised(text) : text);
  if (version === undefined) throw new EvaluationError(problemOf(text));
  return new Opaque(TYPE, `${version.numbers.join('.')}-${version.prerelease.join('.')}`, version);
}

function problemOf(text: string): string {
  if (text === '') return 'Version string empty';
  if (text.split('.').length < 3) return 'No Major.Minor.Patch elements found';
  return `Invalid character(s) found in version number ${JSON.stringify(text)}`;
}

/** Precedence by https://semver.org: numbers first, then a release after its pre-releases. */
function compare({ content: one }: Opaque, { content: other }: Opaque): bigint {
  const first = one as Version;
  const second = other as Version;
  for (const [at, number] of first.numbers.entries()) {
    if (number !== second.numbers[at]) return number < (second.numbers[at] as bigint) ? -1n : 1n;
  }
  if (first.prerelease.length === 0 || second.prerelease.length === 0)
    return BigInt(Math.sign(second.prerelease.length - first.prerelease.length));
  for (const [at, part] of first.prerelease.entries()) {
    const order = compareParts(part, second.prerelease[at]);
    if (order !== 0n) return order;
  }
  return first.prerelease.length === second.prerelease.length ? 0n : -1n;
}

function compareParts(one: string, other: string | undefined): bigint {
  if (other === undefined) return 1n;
  if (one === other) return 0n;
  const isNumber = [one, other].map((part) => /^\d+$/.test(part));
  if (isNumber[0] && isNumber[1]) return BigInt(one) < BigInt(other) ? -1n : 1n;
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1n : 1n;
  return one < other ? -1n : 1n;
}

function part(at: number): Implementation {
  return ({ content }: Opaque) => (content as Version).numbers[at] as bigint;
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  [`semver: (string) -> ${TYPE}`]: semver,
  [`semver{normalize}: (string, bool) -> ${TYPE}`]: semver,
  'isSemver: (string) -> bool': (text: string) => parsed(text) !== undefined,
  'isSemver{normalize}: (string, bool) -> bool': (text: string, isTolerant: boolean) =>
    parsed(isTolerant ? normalised(text) : text) !== undefined,
  [`isGreaterThan{semver}: ${TYPE}.(${TYPE}) -> bool`]: (one: Opaque, other: Opaque) => compare(one, other) > 0n,
  [`isLessThan{semver}: ${TYPE}.(${TYPE}) -> bool`]: (one: Opaque, other: Opaque) => compare(one, other) < 0n,
  [`compareTo{semver}: ${TYPE}.(${TYPE}) -> int`]: compare,
  [`major: ${TYPE}.() -> int`]: part(0),
  [`minor: ${TYPE}.() -> int`]: part(1),
  [`patch: ${TYPE}.() -> int`]: part(2),
};

/** Source: `k8s.io/apiserver/pkg/cel/library/semverlib.go`. */
export const SEMVERS: readonly Overload[] = library(FUNCTIONS);
