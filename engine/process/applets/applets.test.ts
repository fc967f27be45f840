import { describe, expect, test } from 'vitest';
import type { Syscall } from '../program.ts';
import { applets } from './index.ts';

/** Runs an applet on standard input and a few files. */
function run(line: readonly string[], input = '', files: Record<string, string> = {}) {
  const script = applets[line[0] as string];
  if (!script) throw new Error(`no applet ${line[0]}`);
  const program = script({ argv: line, environment: { HOME: '/root' }, directory: '/' });
  let stdin: string | null = input === '' ? null : input;
  let stdout = '';
  let stderr = '';
  const answer = (call: Syscall): unknown => {
    if (call.call === 'write') {
      if (call.fd === 1) stdout += call.text;
      else stderr += call.text;
      return null;
    }
    if (call.call === 'read') {
      const text = stdin;
      stdin = null;
      return text;
    }
    if (call.call === 'readFile') return files[call.path] ?? { error: 'ENOENT' };
    if (call.call === 'now') return Date.UTC(2026, 0, 2, 3, 4, 5);
    if (call.call === 'self') return { pid: 1, parent: 0, hostname: 'web', user: 0, address: '10.0.0.1' };
    throw new Error(`unexpected call ${call.call}`);
  };
  let step = program.next();
  while (!step.done) step = program.next(answer(step.value));
  return { stdout, stderr, code: step.value };
}

const out = (line: readonly string[], input = '', files?: Record<string, string>) => run(line, input, files).stdout;
const TEN = Array.from({ length: 10 }, (_, at) => `line ${at + 1}\n`).join('');

describe('applets', () => {
  test('head and tail', () => {
    expect(out(['head', '-2'], TEN)).toBe('line 1\nline 2\n');
    expect(out(['head', '-c', '4'], TEN)).toBe('line');
    expect(out(['tail', '-n', '1'], TEN)).toBe('line 10\n');
    expect(out(['tail', '-n', '+9'], TEN)).toBe('line 9\nline 10\n');
  });

  test('sort, uniq, cut, wc', () => {
    expect(out(['sort', '-n'], '10\n9\n2\n')).toBe('2\n9\n10\n');
    expect(out(['sort', '-u'], 'b\na\nb\n')).toBe('a\nb\n');
    expect(out(['sort', '-r', '-k', '2'], 'x 1\ny 2\n')).toBe('y 2\nx 1\n');
    expect(out(['uniq', '-c'], 'a\na\nb\n')).toBe('      2 a\n      1 b\n');
    expect(out(['cut', '-d:', '-f1,3'], 'a:b:c\n')).toBe('a:c\n');
    expect(out(['cut', '-c1-3'], 'abcdef\n')).toBe('abc\n');
    expect(out(['wc', '-l'], 'a\nb\n')).toBe('2\n');
  });

  test('tr', () => {
    expect(out(['tr', 'a-z', 'A-Z'], 'hello')).toBe('HELLO');
    expect(out(['tr', '-s', ' '], 'a   b')).toBe('a b');
    expect(out(['tr', '-d', '[:digit:]'], 'a1b2')).toBe('ab');
    expect(out(['tr', '\\0', ' '], 'a\0b')).toBe('a b');
  });

  test('grep', () => {
    expect(out(['grep', '-E', '^(a|b)'], 'a1\nb2\nc3\n')).toBe('a1\nb2\n');
    expect(out(['grep', '-o', 'Welcome to nginx!'], '<h1>Welcome to nginx!</h1>\n')).toBe('Welcome to nginx!\n');
    expect(out(['grep', '-v', '-e', 'x', '-e', 'y'], 'x\ny\nz\n')).toBe('z\n');
    expect(out(['grep', '-A1', 'b'], 'a\nb\nc\n')).toBe('b\nc\n');
    expect(out(['grep', 'a\\|c'], 'a\nb\nc\n')).toBe('a\nc\n');
    expect(out(['grep', '[[:space:]]x'], ' x\nx\n')).toBe(' x\n');
    expect(run(['grep', 'q'], 'a\n').code).toBe(1);
    expect(run(['grep', 'a', 'nosuch']).stderr).toBe("grep: can't open 'nosuch': No such file or directory\n");
  });

  test.each([
    [['sed', '-n', '/^Events/,$p'], 'a\nEvents\nb\n', 'Events\nb\n'],
    [['sed', '/^Events:/,$d'], 'a\nEvents:\nb\n', 'a\n'],
    [['sed', '-n', '/^B/,/^C/p;/^E/,$p'], 'A\nB\nb\nC\nD\nE\n', 'B\nb\nC\nE\n'],
    [['sed', '-E', 's/ \\(x[0-9]+ over [0-9a-z]+\\)//'], '5s (x2 over 10s) e\n', '5s e\n'],
    [['sed', 's/[0-9a-f]\\{4\\}/ID/g'], 'beef 1234\n', 'ID ID\n'],
    [['sed', 's#/tmp/[^ "]*#TMP#g'], 'open /tmp/x/y "/tmp/z"\n', 'open TMP "TMP"\n'],
    [['sed', 's/-[^-]*-$/-HASH-/'], 'web-abc-\n', 'web-HASH-\n'],
    [['sed', '-E', 's/(id +).*/\\1<id>/'], 'id   77\n', 'id   <id>\n'],
    [['sed', '2d'], 'a\nb\nc\n', 'a\nc\n'],
    [['sed', '-e', 's/a/b/', '-e', 's/b/c/'], 'a\n', 'c\n'],
    [['sed', '$!d'], 'a\nb\n', 'b\n'],
    [['sed', 's/"{.*}"/O/'], 'x "{a:1}" y\n', 'x O y\n'],
  ])('%j', (line, input, expected) => {
    expect(out(line, input)).toBe(expected);
  });

  test('seq, basename, dirname, base64, date, sums', () => {
    expect(out(['seq', '3'])).toBe('1\n2\n3\n');
    expect(out(['seq', '-w', '8', '10'])).toBe('08\n09\n10\n');
    expect(out(['basename', '/a/b.txt', '.txt'])).toBe('b\n');
    expect(out(['dirname', '/a/b'])).toBe('/a\n');
    expect(out(['base64', '-d'], 'aGVsbG8=\n')).toBe('hello');
    expect(out(['base64'], 'hello')).toBe('aGVsbG8=\n');
    expect(out(['date', '-u', '+%F %T'])).toBe('2026-01-02 03:04:05\n');
    expect(out(['md5sum'], 'hello')).toBe('5d41402abc4b2a76b9719d911017c592  -\n');
  });

  test('an option that does not exist is refused', () => {
    expect(run(['cut', '-q'])).toEqual({ stdout: '', stderr: "cut: invalid option -- 'q'\n", code: 1 });
  });
});
