import type { FileNode } from '../process/files.ts';
import { imageLayer } from '../process/images/layer.ts';
import { absolutePath } from '../process/paths.ts';
import type { Machine, Process } from '../process/process.ts';
import { BUILTINS } from '../process/sh/builtins.ts';
import type { Shell } from '../process/sh/shell.ts';
import type { ShellState } from '../process/sh/state.ts';
import type { Moment } from '../sim/moment.ts';
import { WORKSTATION } from './terminal.ts';

/** Words that begin another command: what stands before them is of no account. */
const OPENING = /[;|&({`]+|\b(?:then|do|else|elif|if|while|until)\b/;

/** Programs that run the command behind them, with what they take themselves. */
const RUNNERS =
  /^(?:sudo|time|exec|env|nohup|command|watch(?:\s+(?:-n\s*[\d.]+|-[a-z]+))*|xargs(?:\s+-\S+)*|timeout\s+\S+)(?=\s)/;

/** The shell of the terminal as it is at a moment; undefined before it has started. */
export function shellAt(moment: Moment): Shell | undefined {
  const memory = moment.memory(WORKSTATION);
  for (const pid of memory.get<Machine>(`machine/${WORKSTATION}`)?.pids ?? []) {
    const process = memory.get<Process>(`process/${WORKSTATION}/${pid}`);
    if (process?.label === 'terminal' && process.state.kind === 'steps' && process.ended === undefined) {
      return (process.state.state as ShellState | undefined)?.shell;
    }
  }
  return undefined;
}

/** The words of the command that is being typed, without the last one; aliases are what they stand for. */
export function wordsBefore(line: string, shell: Shell | undefined): readonly string[] {
  let statement = line.split(OPENING).pop()?.trimStart() ?? '';
  for (;;) {
    const rest = statement
      .replace(/^(?:\w+=\S*\s+)+/, '')
      .replace(RUNNERS, '')
      .trimStart();
    if (rest === statement) break;
    statement = rest;
  }
  const [first, ...words] = statement.split(/\s+/).filter((word) => word !== '');
  if (first === undefined) return [];
  const alias = shell?.aliases[first]?.trim().split(/\s+/) ?? [first];
  return [...alias, ...words];
}

/** What a command line may begin with: aliases, functions, builtins, and the programs of the PATH. */
export function commandNames(moment: Moment, shell: Shell | undefined): readonly string[] {
  const folders = (shell?.variables.PATH ?? '').split(':');
  const programs = folders.flatMap((folder) => folderOf(moment, folder).map(([name]) => name));
  const own = shell ? [...Object.keys(shell.aliases), ...Object.keys(shell.functions)] : [];
  return [...own, ...Object.keys(BUILTINS), ...programs].filter((name) => /^[\w.-]+$/.test(name));
}

/** `$HO`: the shell's variables. */
export function variableNames(shell: Shell | undefined, word: string): readonly string[] {
  const lead = word.startsWith('${') ? '${' : '$';
  return Object.keys(shell?.variables ?? {}).map((name) => lead + name + (lead === '${' ? '}' : ''));
}

/** Files that a word may become; folders end with a slash. `--filename=x` and `>x` complete what is behind the sign. */
export function fileNames(moment: Moment, shell: Shell | undefined, word: string): readonly string[] {
  const lead = /^(?:--?[\w-]+=|[0-9&]*[<>]+|@)/.exec(word)?.[0] ?? '';
  const path = word.slice(lead.length);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const home = shell?.variables.HOME ?? '/root';
  const place = absolutePath(folder.replace(/^~(?=\/)/, home), shell?.directory ?? home);
  const isHiddenWanted = path.slice(folder.length).startsWith('.');
  return folderOf(moment, place)
    .filter(([name]) => isHiddenWanted || !name.startsWith('.'))
    .map(([name, node]) => `${lead}${folder}${name}${node.type === 'directory' ? '/' : ''}`);
}

/** What is in a folder: of the machine's image, and what has been written since. */
function folderOf(moment: Moment, folder: string): readonly (readonly [string, FileNode])[] {
  const memory = moment.memory(WORKSTATION);
  const prefix = folder === '/' ? '/' : `${folder}/`;
  const layer = imageLayer(memory.get<Machine>(`machine/${WORKSTATION}`)?.image ?? '');
  const found = new Map<string, FileNode>();
  for (const name of layer.children.get(folder) ?? []) found.set(name, layer.nodes.get(prefix + name) as FileNode);
  const cells = `file/${WORKSTATION}${prefix}`;
  for (const key of memory.keys(cells)) {
    const [name = '', ...below] = key.slice(cells.length).split('/');
    const node = memory.get<FileNode>(key);
    if (node?.type === 'deleted') {
      if (below.length === 0) found.delete(name);
    } else if (below.length > 0) found.set(name, { type: 'directory', mode: 0o755 });
    else if (node) found.set(name, node);
  }
  return [...found];
}
