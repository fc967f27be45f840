import { absolutePath } from '../paths.ts';
import type { Invocation } from '../program.ts';
import type { Shell } from './shell.ts';
import type { Frame, FrameList, ShellState } from './state.ts';
import type { Node } from './syntax.ts';

/** A shell at its start: `sh -c TEXT name args…`, `sh FILE args…`, `sh`, `sh -s`. */
export function start(invocation: Invocation): ShellState {
  const [name = 'sh', ...words] = invocation.argv;
  const options: Record<string, boolean> = {};
  let command = false;
  let interactive = false;
  let index = 0;
  for (; /^[-+][a-zA-Z]+$/.test(words[index] ?? ''); index++) {
    for (const letter of (words[index] as string).slice(1)) {
      if (letter === 'c') command = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 'o') options[words[++index] === 'pipefail' ? 'pipefail' : (words[index]?.[0] ?? '')] = true;
      else if (letter !== 's' && letter !== 'l') options[letter] = true;
    }
  }
  const rest = words.slice(index).filter((word, at) => !(at === 0 && (word === '--' || word.startsWith('--'))));
  interactive ||= !command && rest.length === 0 && invocation.terminal !== undefined;
  const shell = initialShell(
    invocation,
    command || rest.length > 0 ? (rest[command ? 1 : 0] ?? base(name)) : base(name),
    options,
  );
  shell.positional = rest.slice(command ? 2 : 1);
  const frames = firstFrames(command, rest, interactive, base(name) === 'bash');
  return { shell, frames, pending: [] };
}

function base(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/^-/, '');
}

/** What an interactive bash reads before anything is typed. */
const STARTUP = 'if [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n';

function firstFrames(command: boolean, rest: readonly string[], interactive: boolean, isBash: boolean): FrameList {
  const [text] = rest;
  if (command) return { frame: { type: 'source', text: text ?? '', position: 0, fatal: true }, rest: null };
  if (text !== undefined) return { frame: { type: 'node', node: scriptFile(text) }, rest: null };
  const reader: Frame = { type: 'reader', fd: 0, text: '', interactive };
  if (!interactive) return { frame: reader, rest: null };
  const begun: FrameList = { frame: reader, rest: null };
  const startup: Frame = { type: 'source', text: STARTUP, position: 0, fatal: false };
  return { frame: { type: 'begin', interactive }, rest: isBash ? { frame: startup, rest: begun } : begun };
}

/** A script is read as `.` reads a file. */
function scriptFile(path: string): Node {
  const word = (text: string) => [{ type: 'text', text, quoted: true }] as const;
  return { kind: 'simple', assignments: [], words: [word('.'), word(path)], redirections: [] };
}

function initialShell(invocation: Invocation, name: string, options: Readonly<Record<string, boolean>>): Shell {
  const exported = Object.fromEntries(Object.keys(invocation.environment).map((key) => [key, true as const]));
  const directory = absolutePath(invocation.directory, '/');
  const isBash = base(invocation.argv[0] ?? '') === 'bash';
  return {
    isBash,
    arrays: {},
    variables: {
      ...invocation.environment,
      ...(isBash ? { BASH_VERSION: '5.2.37(1)-release' } : {}),
      PWD: directory,
      IFS: ' \t\n',
    },
    exported: { ...exported, PWD: true },
    fixed: {},
    functions: {},
    aliases: {},
    name,
    positional: [],
    status: 0,
    options,
    traps: {},
    directory,
    pid: 0,
    lastBackground: 0,
    jobs: [],
    collected: {},
    descriptors: { 0: 0, 1: 1, 2: 2 },
    interactive: false,
    isTyped: false,
    tested: false,
    substituted: 0,
    history: [],
  };
}
