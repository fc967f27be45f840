import { describe, expect, it } from 'vitest';
import { shell } from '../testing.ts';

// Each compared with mawk.
const CASES: readonly (readonly [program: string, input: string, output: string])[] = [
  ['{print $1, $NF}', 'a b c\nd e\n', 'a c\nd e\n'],
  ['NR>1{print $2}', 'h x\na 1\nb 2\n', '1\n2\n'],
  ['/a/{n++} END{print n, NR}', 'a\nb\nab\n', '2 3\n'],
  ['{s+=$1} END{printf "%.2f %d\\n", s/NR, s}', '1\n2\n4\n', '2.33 7\n'],
  ['BEGIN{for(i=1;i<=3;i++) print i*2}', '', '2\n4\n6\n'],
  ['{c[$1]++} END{for(k in c) print k, c[k]}', 'x\nx\n', 'x 2\n'],
  ['$2 == "Running" && $3 > 5 {print $1 "-" $3}', 'p Running 10\nq Running 2\n', 'p-10\n'],
  ['{gsub(/o/,"0"); print toupper($0), length($0)}', 'foo\n', 'F00 3\n'],
  ['{split($1,p,"/"); print p[2], substr($1,1,2), index($1,"/")}', 'ab/cd\n', 'cd ab 3\n'],
  ['/b/,/d/', 'a\nb\nc\nd\ne\n', 'b\nc\nd\n'],
  ['{$2="x"; print; if ($1 ~ /^a/) print "yes"; else print "no"}', 'a b c\n', 'a x c\nyes\n'],
  ['!seen[$0]++', 'a\nb\na\n', 'a\nb\n'],
];

describe('awk', () => {
  it.each(CASES)('%s', (program, input, output) => {
    expect(shell(`printf '${input.replaceAll('\n', '\\n')}' | awk '${program}'`).out).toBe(output);
  });

  it('has separators and variables from outside', () => {
    expect(shell("echo a:b | awk -F: -v x=1 '{print $2 x}'").out).toBe('b1\n');
  });

  it('says what it does not know', () => {
    expect(shell("awk 'function f() {}'")).toEqual({
      out: '',
      err: "awk: 'function' is not supported by this awk\n",
      status: 2,
    });
  });
});
