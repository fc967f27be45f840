import { structuredPatch } from 'diff';
import {
  complain,
  type FileError,
  type FileInformation,
  print,
  readAll,
  type Script,
  type Syscall,
} from '../program.ts';
import { type AppletTable, isFailure, parseOptions, reasonOf, refuseOption } from './applet.ts';

type Running<Result> = Generator<Syscall, Result, unknown>;

interface Comparison {
  readonly flags: ReadonlySet<string>;
  readonly context: number;
}

/** `diff [-u] [-U LINES] [-q] [-r] [-b] [-w] [-i] [-N] ONE OTHER`: as busybox, always in the unified format. */
const diff: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'uqrbwiNaU:', { brief: 'q', recursive: 'r', unified: 'u' });
  if (options.unknown) return yield* refuseOption('diff', options.unknown);
  const [one, other] = options.operands;
  if (one === undefined || other === undefined) {
    yield* complain('Usage: diff [-abiNqruw] [-U LINES] FILE1 FILE2\n');
    return 2;
  }
  return yield* compare(one, other, { flags: options.flags, context: Number(options.values.U ?? 3) });
};

function* compare(one: string, other: string, how: Comparison): Running<number> {
  const kinds: (string | undefined)[] = [];
  for (const path of [one, other]) {
    const file: FileInformation | FileError =
      path === '-'
        ? ({ type: 'file' } as FileInformation)
        : ((yield { call: 'stat', path }) as FileInformation | FileError);
    if (isFailure(file)) {
      yield* complain(`diff: can't stat '${path}': ${reasonOf(file.error)}\n`);
      return 2;
    }
    kinds.push(file.type);
  }
  const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  if (kinds[0] === 'directory' && kinds[1] === 'directory') return yield* compareFolders(one, other, how);
  if (kinds[0] === 'directory') return yield* compareFiles(`${one}/${base(other)}`, other, how);
  return yield* compareFiles(one, kinds[1] === 'directory' ? `${other}/${base(one)}` : other, how);
}

function* namesIn(path: string): Running<readonly string[]> {
  const names = (yield { call: 'listDirectory', path }) as readonly string[] | FileError;
  return Array.isArray(names) ? [...names].sort() : [];
}

function* compareFolders(one: string, other: string, how: Comparison): Running<number> {
  const [left, right] = [yield* namesIn(one), yield* namesIn(other)];
  let status = 0;
  for (const name of [...new Set([...left, ...right])].sort()) {
    if (!left.includes(name) || !right.includes(name)) {
      yield* print(`Only in ${left.includes(name) ? one : other}: ${name}\n`);
      status = Math.max(status, 1);
      continue;
    }
    const file = (yield { call: 'stat', path: `${one}/${name}` }) as FileInformation;
    if (file.type === 'directory' && !how.flags.has('r')) {
      yield* print(`Common subdirectories: ${one}/${name} and ${other}/${name}\n`);
      continue;
    }
    status = Math.max(status, yield* compare(`${one}/${name}`, `${other}/${name}`, how));
  }
  return status;
}

function* compareFiles(one: string, other: string, { flags, context }: Comparison): Running<number> {
  const texts: string[] = [];
  for (const path of [one, other]) {
    const text = path === '-' ? yield* readAll(0) : ((yield { call: 'readFile', path }) as string | FileError);
    if (typeof text !== 'string') {
      yield* complain(`diff: can't stat '${path}': ${reasonOf(text.error)}\n`);
      return 2;
    }
    texts.push(text);
  }
  const [before = '', after = ''] = texts;
  if (before === after) return 0;
  const patch = structuredPatch(one, other, before, after, '', '', {
    context,
    ignoreWhitespace: flags.has('w') || flags.has('b'),
  });
  const hunks = flags.has('i') && before.toLowerCase() === after.toLowerCase() ? [] : patch.hunks;
  if (hunks.length === 0) return 0;
  if (flags.has('q')) {
    yield* print(`Files ${one} and ${other} differ\n`);
    return 1;
  }
  yield* print(`--- ${one}\n+++ ${other}\n`);
  const range = (start: number, lines: number): string => (lines === 1 ? String(start) : `${start},${lines}`);
  for (const { oldStart, oldLines, newStart, newLines, lines } of hunks)
    yield* print(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join('\n')}\n`);
  return 1;
}

export const diffApplets: AppletTable = { diff };
