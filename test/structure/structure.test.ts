import { describe, expect, test } from 'vitest';
import { determinismBans, enginePackages, importTable, limits, publicFaces } from './import-table.ts';
import { importsOf, sourceFiles, textOf, withoutComments } from './sources.ts';

const files = sourceFiles();
const folderOf = (path: string) => path.split('/')[0] as string;
const isTest = (path: string) => /\.test\.tsx?$|\/testing\.ts$/.test(path) || path.startsWith('test/');

function importFault(path: string, target: string): string | undefined {
  const from = folderOf(path);
  const to = folderOf(target);
  if (from === to || isTest(path)) return undefined;
  const allowed = importTable[from] ?? [];
  if (allowed.includes(`${to}*`)) return undefined;
  const isFace = (publicFaces[to] ?? []).some(
    (face) => target === face || (face.endsWith('/') && target.startsWith(face)),
  );
  if (allowed.includes(to) && isFace) return undefined;
  return `${from} may import only ${allowed.join(', ') || 'itself'} (by public faces ${JSON.stringify(publicFaces)})`;
}

describe('structure', () => {
  test('there are sources to look at', () => {
    expect(files.filter((path) => path.startsWith('engine/')).length).toBeGreaterThan(20);
  });

  test('folders import only what the table allows', () => {
    const faults = files.flatMap((path) =>
      importsOf(path)
        .filter((imported) => imported.isOurs)
        .map((imported) => ({ ...imported, fault: importFault(path, imported.target) }))
        .filter(({ fault }) => fault)
        .map(({ target, line, fault }) => `${path}:${line} imports ${target}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('the engine uses pure libraries only', () => {
    const faults = files
      .filter((path) => path.startsWith('engine/') && path.endsWith('.ts') && !isTest(path))
      .flatMap((path) =>
        importsOf(path)
          .filter(({ isOurs, target }) => !isOurs && !enginePackages.includes(target))
          .map(
            ({ target, line }) => `${path}:${line} imports ${target}: the engine may use ${enginePackages.join(', ')}`,
          ),
      );
    expect(faults).toEqual([]);
  });

  test('nothing in the engine depends on the real world', () => {
    const faults = files
      .filter((path) => path.startsWith('engine/') && path.endsWith('.ts') && !isTest(path))
      .flatMap((path) =>
        withoutComments(textOf(path))
          .split('\n')
          .flatMap((line, at) => {
            const code = line.replace(
              /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.)*`|\/(?:[^/\\\n]|\\.)+\/[gimsuy]*/g,
              "''",
            );
            return determinismBans
              .filter(({ pattern }) => pattern.test(code))
              .map(({ instead }) => `${path}:${at + 1} "${line.trim()}": use ${instead}`);
          }),
      );
    expect(faults).toEqual([]);
  });

  test(`no file is longer than ${limits.fileLines} lines`, () => {
    const faults = files
      .map((path) => ({ path, lines: textOf(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > limits.fileLines)
      .map(({ path, lines }) => `${path} has ${lines} lines`);
    expect(faults).toEqual([]);
  });
});
