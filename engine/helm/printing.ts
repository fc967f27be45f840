import { toYaml } from '../kubectl/codec/yaml-write.ts';
import type { Task } from '../kubectl/task.ts';
import { parseTimestamp } from '../sim/time.ts';
import { plain } from '../template/value.ts';
import type { HelmRun } from './command.ts';
import { HelmFailure } from './failure.ts';
import type { Release } from './release/release.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Go's ANSIC: `Mon Jan  2 15:04:05 2006`. */
export function ansicTime(text: string): string {
  const date = new Date(parseTimestamp(text));
  const clock = date.toISOString().slice(11, 19);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

/** `2026-01-02 15:04:05.123 +0000 UTC`, as Go prints a time. */
export function goTime(text: string): string {
  const [, day, clock, fraction = ''] = /^(.*)T([\d:]+)(\.\d+)?Z$/.exec(text) ?? [];
  return `${day} ${clock}${fraction.replace(/\.?0+$/, '')} +0000 UTC`;
}

/** A table as Helm prints it: cells as wide as the widest of their column, tabs between them. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] as number)).join('\t')}\n`).join('');
}

/** Prints data as `-o` asks, or as the text that stands for a table. */
export function* printAs(run: HelmRun, data: unknown, text: string, isStructure = false): Task {
  const format = run.flags.string('output');
  if (format === 'json') yield* run.print(`${jsonText(data, isStructure)}\n`);
  else if (format === 'yaml') yield* run.print(toYaml(plain(data)));
  else if (format === 'table' || format === '') yield* run.print(text);
  else throw new HelmFailure(`invalid argument ${JSON.stringify(format)} for "-o, --output" flag: invalid format type`);
}

/** Rows and structures keep the order of their fields; the keys of other data are sorted. */
function jsonText(data: unknown, isStructure: boolean): string {
  if (!Array.isArray(data) && !isStructure) return JSON.stringify(plain(data));
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}

const FIELDS = [
  'name',
  'info',
  'config',
  'chart',
  'manifest',
  'hooks',
  'version',
  'namespace',
  'apply_method',
] as const;
const INFO = ['first_deployed', 'last_deployed', 'deleted', 'description', 'status', 'notes'] as const;

/** Prints a release with its fields in Helm's order; `status` leaves the chart out. */
export function* printRelease(run: HelmRun, release: Release, text: string, hasChart = true): Task {
  const names = FIELDS.filter((name) => hasChart || name !== 'chart');
  yield* printAs(run, { ...chosen(release, names), info: chosen(release.info, INFO) }, text, true);
}

function chosen<Fields extends object>(from: Fields, names: readonly (keyof Fields & string)[]): object {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

/** What `install`, `upgrade` and `status` say of a release; `resources` are the tables of what is there of it. */
export function statusText(release: Release, isShort = false, resources = ''): string {
  const { info, namespace, version, name } = release;
  const lines = [
    `NAME: ${name}`,
    `LAST DEPLOYED: ${ansicTime(info.last_deployed)}`,
    `NAMESPACE: ${namespace}`,
    `STATUS: ${info.status}`,
    `REVISION: ${version}`,
    `DESCRIPTION: ${info.description}`,
  ];
  return `${lines.join('\n')}\n${resources}${isShort ? '' : suites(release)}${isShort || info.notes === undefined ? '' : `NOTES:\n${info.notes.trim()}\n`}`;
}

function suites(release: Release): string {
  const tests = release.hooks.filter(({ events }) => events.includes('test'));
  if (tests.length === 0) return 'TEST SUITE: None\n';
  if (tests.every(({ last_run }) => last_run.phase === '')) return '';
  return tests
    .filter(({ last_run }) => last_run.phase !== '')
    .map(({ name, last_run }) => {
      const started = last_run.started_at ? ansicTime(last_run.started_at) : '';
      const completed = last_run.completed_at ? ansicTime(last_run.completed_at) : '';
      return `TEST SUITE:     ${name}\nLast Started:   ${started}\nLast Completed: ${completed}\nPhase:          ${last_run.phase}\n`;
    })
    .join('');
}

export function chartName({ metadata }: Release['chart']): string {
  return `${metadata.name}-${metadata.version}`;
}

/** Manifest and hooks of a release as `template`, `--dry-run` and `get` show them. */
export function hooksText(release: Release): string {
  return release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');
}
