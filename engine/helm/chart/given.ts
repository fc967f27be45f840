import { readText } from '../../kubectl/files.ts';
import type { Flag } from '../../kubectl/flags.ts';
import type { Task } from '../../kubectl/task.ts';
import type { HelmRun } from '../command.ts';
import { HelmFailure } from '../failure.ts';
import { parsed, type Values } from './chart.ts';
import { overlaid, withSet } from './values.ts';

/** The flags that give values. */
export const VALUE_FLAGS: readonly Flag[] = [
  { name: 'values', shorthand: 'f', type: 'slice', usage: 'specify values in a YAML file (can specify multiple)' },
  { name: 'set', type: 'array', usage: 'set values on the command line' },
  { name: 'set-string', type: 'array', usage: 'set STRING values on the command line' },
  { name: 'set-json', type: 'array', usage: 'set JSON values on the command line' },
  { name: 'set-file', type: 'array', usage: 'set values from files' },
];

/** What the user gives: files in order, then `--set-json`, `--set`, `--set-string`, `--set-file`. */
export function* givenValues(run: HelmRun): Task<Values> {
  let values: Values = {};
  for (const path of run.flags.strings('values')) {
    const text = yield* readText(run.path(path));
    if (text === undefined) throw new HelmFailure(`open ${path}: no such file or directory`);
    values = overlaid(parsed(path, text, `failed to parse ${path}`), values);
  }
  for (const expression of run.flags.strings('set-json')) values = withJson(values, expression);
  for (const expression of run.flags.strings('set')) values = withSet(values, expression, false);
  for (const expression of run.flags.strings('set-string')) values = withSet(values, expression, true);
  for (const expression of run.flags.strings('set-file')) {
    const [key = '', path = ''] = expression.split('=');
    const text = yield* readText(run.path(path));
    if (text === undefined)
      throw new HelmFailure(`failed parsing --set-file data: open ${path}: no such file or directory`);
    values = withSet(values, `${key}=${text.replace(/[\\,{}=]/g, '\\$&')}`, true);
  }
  return values;
}

function withJson(values: Values, expression: string): Values {
  try {
    if (expression.startsWith('{')) return overlaid(JSON.parse(expression) as Values, values);
    const at = expression.indexOf('=');
    let inner: unknown = JSON.parse(expression.slice(at + 1));
    for (const key of expression.slice(0, at).split('.').reverse()) inner = { [key]: inner };
    return overlaid(inner as Values, values);
  } catch {
    throw new HelmFailure(`failed parsing --set-json data ${expression}`);
  }
}
