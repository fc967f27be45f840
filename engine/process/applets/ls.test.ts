import { expect, it } from 'vitest';
import { shell } from '../testing.ts';

const TREE =
  'mkdir -p /t/d/e; cd /t; head -c 5000 /dev/zero > big; echo a > f; chmod +x f; ln -s f l; ln -s d dl; ln -s no br;';
const out = (line: string): string => shell(`${TREE} ${line}`).out;

it('counts blocks of what it shows at length', () => {
  expect(out('ls -l | head -1')).toBe('total 16\n');
  expect(out('ls -lh | head -2')).toMatch(/^total 16K {4}\n-rw-r--r-- {4}1 root {5}root {8}4\.9K .* big\n$/);
  expect(out('ls -s big f')).toBe('     8 big\n     4 f\n');
  expect(out('ls -l d/e')).toBe('total 0\n');
});

it('follows links where busybox does', () => {
  expect(out('ls dl')).toBe('e\n');
  expect(out('ls -l dl')).toMatch(/^lrwxrwxrwx .* dl -> d\n$/);
  expect(out('ls -lL dl')).toMatch(/^total 4\ndrwxr-xr-x .* e\n$/);
  expect(shell(`${TREE} ls br`)).toMatchObject({ err: 'ls: br: No such file or directory\n', status: 1 });
});

it('sorts, marks and goes down', () => {
  expect(out('ls -S f big')).toBe('big\nf\n');
  expect(out('ls -r f big')).toBe('f\nbig\n');
  expect(out('ls -F')).toBe('big\nbr@\nd/\ndl@\nf*\nl@\n');
  expect(out('ls -p d')).toBe('e/\n');
  expect(out('ls -R d')).toBe('d:\ne\n\nd/e:\n');
  expect(out('ls f d')).toBe('f\n\nd:\ne\n');
});
