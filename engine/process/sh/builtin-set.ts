import { signalName } from '../signals.ts';
import { complain, type Running, type Shell, say, value } from './shell.ts';
import type { Outcome } from './state.ts';

const ok: Outcome = { status: 0 };

/** `set`: options, or the positional parameters. */
export function* setOptions(shell: Shell, words: readonly string[]): Running<Outcome> {
  if (words.length === 0) {
    for (const name of Object.keys(shell.variables).sort())
      yield* say(shell, 1, `${name}='${value(shell, name) ?? ''}'\n`);
    return ok;
  }
  const LONG: Readonly<Record<string, string>> = {
    errexit: 'e',
    nounset: 'u',
    xtrace: 'x',
    noglob: 'f',
    allexport: 'a',
    noclobber: 'C',
    pipefail: 'pipefail',
    verbose: 'v',
    noexec: 'n',
    monitor: 'm',
    notify: 'b',
  };
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] as string;
    if (word === '--') {
      shell.positional = words.slice(index + 1);
      return ok;
    }
    if (!/^[-+][a-zA-Z]/.test(word)) break;
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'o' && words[index + 1] === undefined) return yield* listOptions(shell, LONG, on);
      const name = letter === 'o' ? LONG[words[++index] ?? ''] : letter;
      if (name === undefined) {
        yield* complain(shell, `set: illegal option -o ${words[index] ?? ''}`);
        return { status: 2, mind: true };
      }
      shell.options = { ...shell.options, [name]: on };
    }
  }
  if (index < words.length) shell.positional = words.slice(index);
  return ok;
}

/** `set -o` for people, `set +o` as commands that bring the options back. */
function* listOptions(shell: Shell, names: Readonly<Record<string, string>>, forPeople: boolean): Running<Outcome> {
  if (forPeople) yield* say(shell, 1, 'Current option settings\n');
  for (const [name, option] of Object.entries(names)) {
    const isOn = shell.options[option] === true;
    yield* say(
      shell,
      1,
      forPeople ? `${name.padEnd(16)}${isOn ? 'on' : 'off'}\n` : `set ${isOn ? '-' : '+'}o ${name}\n`,
    );
  }
  return ok;
}

/** `trap [ACTION] SIGNAL…`. */
export function* trap(shell: Shell, words: readonly string[]): Running<Outcome> {
  if (words.length === 0 || words[0] === '-p') {
    for (const [name, action] of Object.entries(shell.traps)) yield* say(shell, 1, `trap -- '${action}' ${name}\n`);
    return ok;
  }
  const [action = '', ...conditions] = words[0] === '--' ? words.slice(1) : words;
  const reset = action === '-' || (conditions.length === 0 && signalName(action) !== undefined);
  const traps = { ...shell.traps };
  for (const text of conditions.length === 0 ? [action] : conditions) {
    const name = signalName(text);
    if (name === undefined) {
      yield* complain(shell, `trap: ${text}: invalid signal specification`);
      return { status: 1, mind: true };
    }
    if (reset) delete traps[name];
    else traps[name] = action;
  }
  shell.traps = traps;
  const names = Object.keys(traps).filter((name) => name !== 'EXIT');
  yield {
    call: 'handle',
    caught: [...names.filter((name) => traps[name] !== ''), ...(shell.interactive ? ['INT'] : [])],
    ignored: [...names.filter((name) => traps[name] === ''), ...(shell.interactive ? ['TERM'] : [])],
  };
  return ok;
}
