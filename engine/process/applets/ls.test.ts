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
  expect(out('ls -l dl/')).toMatch(/^total 4\ndrwxr-xr-x .* e\n$/);
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

it('its neighbours mind their options, too', () => {
  expect(out('du -a d')).toBe('4\td/e\n8\td\n');
  expect(out('du -a f')).toBe('4\tf\n');
  expect(out('echo a > d/g; du -ad 1 d | sort')).toBe('12\td\n4\td/e\n4\td/g\n');
  expect(out('du -s d')).toBe('8\td\n');
  expect(out('touch -c nothing; ls nothing')).toBe('');
  expect(out('head -c 9 /dev/zero | wc -c; head -c 2M /dev/zero 2>&1')).toMatch(/^9\nhead: more than 1 MiB of zeros/);
  expect(out('mv -n f big; cat f')).toBe('a\n');
  expect(out('mv -v f d; mv -v d/f f')).toBe("'f' -> 'd/f'\n'd/f' -> 'f'\n");
  expect(out('stat -c %F l; stat -Lc %F l')).toBe('symbolic link\nregular file\n');
  expect(out('date -R -d @0; date -Iseconds -d @0; date -I -d @0')).toBe(
    'Thu, 01 Jan 1970 00:00:00 +0000\n1970-01-01T00:00:00+00:00\n1970-01-01\n',
  );
});
