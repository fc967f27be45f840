import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Source files that git tracks or would track, as paths from the root; generated ones are left out. */
export function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/\.generated\./.test(path));
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The source with comments blanked, line breaks kept. Strings stay. */
export function withoutComments(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
    (part) => (part.startsWith('/*') || part.startsWith('//') ? part.replace(/[^\n]/g, ' ') : part),
  );
}

export interface Import {
  /** A path from the root for a file of ours, a package name otherwise. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly line: number;
}

/** What a file imports or re-exports, statically or dynamically. */
export function importsOf(path: string): Import[] {
  const text = withoutComments(textOf(path));
  const imports: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  for (const match of text.matchAll(pattern)) {
    const specifier = (match[1] ?? match[2] ?? match[3]) as string;
    const isOurs = specifier.startsWith('.');
    const target = isOurs
      ? normalize(join(dirname(path), specifier.replace(/\?.*$/, '')))
      : specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
    imports.push({ target, isOurs, line: text.slice(0, match.index + match[0].length).split('\n').length });
  }
  return imports;
}
