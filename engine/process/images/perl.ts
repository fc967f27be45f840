import { complain, type Program, print, type Script } from '../program.ts';

const LONGEST = 10_000;
/** So long a core of a laptop is busy with 2,000 digits, milliseconds; it grows with the square of their number. */
const WORK = 5_000;

/** `perl -Mbignum=bpi -wle 'print bpi(2000)'`, the Job of the documentation: the one thing that is simulated of Perl. */
const perl: Script = function* ({ argv }) {
  const digits = Number(/^print bpi\((\d+)\);?$/.exec(argv.at(-1)?.trim() ?? '')?.[1] ?? Number.NaN);
  if (!argv.includes('-Mbignum=bpi') || !(digits >= 1 && digits <= LONGEST)) {
    yield* complain(
      `perl: not simulated, but for: perl -Mbignum=bpi -wle 'print bpi(DIGITS)' with up to ${LONGEST} digits\n`,
    );
    return 2;
  }
  yield { call: 'compute', milliseconds: Math.round(WORK * (digits / 2000) ** 2) };
  yield* print(`${pi(digits)}\n`);
  return 0;
};

/** Pi to so many significant digits, the last one rounded (Machin's formula). */
export function pi(digits: number): string {
  const spare = 10;
  const one = 10n ** BigInt(digits - 1 + spare);
  const value = 16n * arctangentOfInverse(5n, one) - 4n * arctangentOfInverse(239n, one);
  const half = 10n ** BigInt(spare) / 2n;
  const text = String((value + half) / 10n ** BigInt(spare));
  return digits === 1 ? text : `${text[0]}.${text.slice(1)}`;
}

function arctangentOfInverse(number: bigint, one: bigint): bigint {
  const square = number * number;
  let power = one / number;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= square;
    sum += sign * (power / divisor);
  }
  return sum;
}

export const perlPrograms: Readonly<Record<string, Program>> = { perl: { script: perl } };
