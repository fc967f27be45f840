import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileError, fileText } from './file-text.ts';

test('a file is read, or it is said where it was looked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-'));
  writeFileSync(join(folder, 'a.case'), 'text');
  expect(fileText(join(folder, 'a.case'))).toBe('text');
  const missing = join(folder, 'b.case');
  expect(() => fileText(missing)).toThrow(new FileError(`cannot read ${missing}: there is no such file`));
  expect(() => fileText(folder)).toThrow(new FileError(`cannot read ${folder}: it is a folder, a file is wanted`));
});
