/**
 * Who may import whom: the one table. A folder may always import itself. `*` after a name means any file of it,
 * otherwise only the public faces listed in `publicFaces`.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  lessons: ['engine'],
  renderer: ['engine', 'lessons'],
  electron: ['engine', 'lessons'],
  test: ['engine*', 'lessons*', 'renderer*', 'electron*'],
};

/** What other folders see of a folder: these files, and everything below these folders. */
export const publicFaces: Readonly<Record<string, readonly string[]>> = {
  engine: ['engine/index.ts', 'engine/sentence.ts', 'engine/protocol/'],
  lessons: ['lessons/index.ts'],
};

/** npm packages that only these top-level folders may use; `engine` uses pure libraries only. */
export const enginePackages: readonly string[] = [
  'yaml',
  'fast-json-patch',
  'diff',
  '@noble/hashes',
  '@noble/curves',
  'asn1js',
  'moment-timezone',
  '@bufbuild/re2',
  'semver',
  'fflate',
];

/** What would make a run differ from the next: pattern, and what to use instead. */
export const determinismBans: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\s*\(/, instead: 'turn.now' },
  { pattern: /\bnew Date\s*\(\s*\)/, instead: 'turn.now' },
  { pattern: /\bMath\.random\b/, instead: 'turn.random()' },
  { pattern: /\bset(Timeout|Interval|Immediate)\s*\(/, instead: 'turn.after()' },
  { pattern: /\bqueueMicrotask\s*\(/, instead: 'turn.after()' },
  { pattern: /\b(performance|globalThis)\s*\./, instead: 'what the turn offers' },
  { pattern: /\bconsole\./, instead: 'turn.note()' },
  { pattern: /\.toLocale[A-Z]\w*\(/, instead: 'a format of our own' },
  { pattern: /\bIntl\./, instead: 'a format of our own' },
  { pattern: /\.localeCompare\(/, instead: 'comparison with < and >' },
  { pattern: /\basync\b|\bawait\b|\bnew Promise\b/, instead: 'tasks on the agenda' },
];

export const limits = { fileLines: 400, functionLines: 50 } as const;
