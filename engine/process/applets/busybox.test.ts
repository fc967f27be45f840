import { describe, expect, it } from 'vitest';
import { shell } from '../testing.ts';

const out = (line: string): string => shell(line).out;

describe('find', () => {
  const TREE = 'mkdir -p /t/x; echo abc > /t/a.c; : > /t/x/b.c; cd /t;';

  it('tests, combines and acts', () => {
    expect(out(`${TREE} find . | sort`)).toBe('.\n./a.c\n./x\n./x/b.c\n');
    expect(out(`${TREE} find . -name '*.c' -a ! -empty`)).toBe('./a.c\n');
    expect(out(`${TREE} find . \\( -type d -o -size -1 \\) | sort`)).toBe('.\n./x\n./x/b.c\n');
    expect(out(`${TREE} find . -mindepth 1 -maxdepth 1 | sort`)).toBe('./a.c\n./x\n');
    expect(out(`${TREE} find . -name x -prune -o -type f -print`)).toBe('./a.c\n');
    expect(out(`${TREE} find . -type f -exec cat {} \\;`)).toBe('abc\n');
    expect(out(`${TREE} find . -name '*.c' -exec echo {} + | wc -w`)).toBe('2\n');
    expect(out(`${TREE} find . -delete; ls /t`)).toBe('');
  });

  it('says what is wrong', () => {
    expect(shell('find / -nosuch')).toMatchObject({ err: 'find: unrecognized: -nosuch\n', status: 1 });
    expect(shell('find /nosuch')).toMatchObject({ err: 'find: /nosuch: No such file or directory\n', status: 1 });
  });
});

describe('expr', () => {
  it.each([
    ['1 + 2', '3\n', 0],
    ["2 '*' 3 + 1", '7\n', 0],
    ["'(' 1 + 2 ')' '*' 3", '9\n', 0],
    ["hello : 'h\\(.*\\)o'", 'ell\n', 0],
    ["abc : 'a.'", '2\n', 0],
    ["5 '>' 3", '1\n', 0],
    ['a = b', '0\n', 1],
    ['length hello', '5\n', 0],
    ['substr hello 2 3', 'ell\n', 0],
    ["1 '&' 0", '0\n', 1],
    ['1 / 0', '', 2],
    ['a + 1', '', 2],
  ])('expr %s', (words, text, status) => {
    expect(shell(`expr ${words}`)).toMatchObject({ out: text, status });
  });
});

describe('what busybox prints', () => {
  it.each([
    ["printf 'a\\nb\\nc\\n' | paste -s -d,", 'a,b,c\n'],
    ["printf 'a b c d\\n' | fold -w 3", 'a b\n c \nd\n'],
    ["printf 'x\\n\\ny\\n' | nl", '     1\tx\n       \n     2\ty\n'],
    ["printf 'a\\tb\\n' | expand -t 4", 'a   b\n'],
    ["printf 'abc' | od -c", '0000000   a   b   c\n0000003\n'],
    ["printf 'abc' | hexdump -C", '00000000  61 62 63                                          |abc|\n00000003\n'],
    ["printf 'AB' | xxd", '00000000: 4142                                     AB\n'],
    ["printf 'a b\\nc\\n' | wc", '        2         3         6\n'],
    ["printf '1\\n2\\n3\\n' | head -n -1", '1\n2\n'],
    ["printf 'a\\tb\\n' | cat -A", 'a^Ib$\n'],
    ['env -i A=1 env', 'A=1\n'],
    ['kill -l 9; kill -l TERM', 'KILL\n15\n'],
    ['cd /tmp; ln -s /etc l; realpath l/../tmp/./l; readlink -f l', '/etc\n/etc\n'],
    ['echo 1 > /a; echo 2 > /b; cmp /a /b', '/a /b differ: char 1, line 1\n'],
    ["printf '1\\n2\\n' > /a; printf '1\\n3\\n' > /b; diff /a /b", '--- /a\n+++ /b\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n'],
    ['mkdir /x /y; echo 1 > /x/f; diff -r /x /y', 'Only in /x: f\n'],
    ["date -u -d @86400 '+%j %u'", '002 5\n'],
  ])('%s', (line, text) => {
    expect(out(line)).toBe(text);
  });

  it('takes time as it passes', () => {
    expect(shell('time sleep 2').err).toBe('real\t0m 2.00s\nuser\t0m 0.00s\nsys\t0m 0.00s\n');
    expect(shell('export SHELL=/bin/bash; time sleep 62').err).toBe(
      '\nreal\t1m2.000s\nuser\t0m0.000s\nsys\t0m0.000s\n',
    );
  });

  it('ends a job by its number', () => {
    expect(out('sleep 100 & kill %1; wait $!; echo $?')).toBe('143\n');
  });
});

it('watch takes its options before the command, whose own it leaves alone', () => {
  expect(shell('watch -n 1 -t -e false')).toEqual({ out: '\x1b[H\x1b[J', err: '', status: 1 });
  expect(shell('timeout 3 watch -n2 echo -n a').out).toBe(
    '\x1b[H\x1b[JEvery 2.0s: echo -n a\n\na\x1b[H\x1b[JEvery 2.0s: echo -n a\n\na',
  );
  expect(shell('watch -d ls').status).toBe(1);
});
