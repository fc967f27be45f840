import { SERVER_ADDRESS } from '../apiserver/address.ts';
import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { ClusterConfig } from '../config.ts';
import { helmScript } from '../helm/index.ts';
import { unsignedKubeconfig } from '../kubectl/default-kubeconfig.ts';
import { kubectlScript } from '../kubectl/index.ts';
import type { Component } from '../sim/component.ts';
import { LATENCY } from '../sim/latency.ts';
import type { Task } from '../sim/task.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { askEtcd, ETCD_ENDPOINT } from './etcd-route.ts';
import type { FileNode } from './files.ts';
import type { Host } from './host.ts';
import { imageLayer } from './images/layer.ts';
import {
  closeInput,
  createMachine,
  handleProcessTask,
  interrupt,
  machineOf,
  signal,
  spawn,
  writeInput,
} from './machine.ts';
import { isForNode, openNodeShell, sendToNode } from './node-shell.ts';
import type { OpenFile, Process } from './process.ts';
import { parentPath } from './tree.ts';

/** What a line run without a terminal has written so far: the cell `run/<id>`; `exitCode` once it has ended. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

/** What comes in from outside. `type` is raw terminal input; `run` is `bash -c LINE` with its own streams. */
type WorkstationTask =
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'run'; readonly id: string; readonly line: string }
  | { readonly kind: 'write-file'; readonly path: string; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

const MACHINE = 'workstation';
const HOME = '/root';

/** Control characters of the terminal that are no text. */
const INTERRUPT = '\x03';
const END_OF_INPUT = '\x04';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME,
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  USER: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  PWD: HOME,
  PS1: '$ ',
};

/** The short forms that most people who type kubectl all day have. */
const BASHRC = `alias k='kubectl'
alias kg='kubectl get'
alias kgp='kubectl get pods'
alias kga='kubectl get all'
alias kd='kubectl describe'
alias kl='kubectl logs'
alias kx='kubectl exec -it'
alias kaf='kubectl apply -f'
alias kdel='kubectl delete'
alias ll='ls -l'
`;

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const SIZE: Size = { columns: 100, rows: 30 };

const host: Host = {
  output(turn, { label }, stream, text) {
    if (label === 'terminal') show(turn, text);
    else addToRun(turn, label, stream, text);
  },
  exited(turn, { label }, status) {
    if (label === 'terminal') startShell(turn);
    else finishRun(turn, label, status);
  },
  route(turn, machine, address, port) {
    if (`${address}:${port}` !== SERVER_ADDRESS) return { error: 'ENETUNREACH' };
    if (!turn.isRunning('kube-apiserver')) return { error: 'ECONNREFUSED' };
    const source = machineOf(turn.memory, machine)?.address ?? '';
    return { component: 'kube-apiserver', network: '', port, source, latency: LATENCY.nodeToNode };
  },
  request(turn, _machine, server, request: ApiRequest) {
    if (isForNode(server)) return openNodeShell(turn, server, request);
    const address = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    if (address === ETCD_ENDPOINT) return askEtcd(turn, request);
    if (address !== SERVER_ADDRESS) return { unreachable: `dial tcp ${address}: connect: connection refused` };
    try {
      return turn.call('kube-apiserver', request) as ApiResponse;
    } catch (error) {
      if (error instanceof Unreachable) return { unreachable: error.message };
      throw error;
    }
  },
  sendToStream(turn, stream, message) {
    if (sendToNode(turn, stream, message)) return;
    const { text, closeInput, close } = message;
    if (!turn.isRunning('kube-apiserver')) return;
    if (text !== undefined) turn.call('kube-apiserver', { stream, input: text });
    if (closeInput) turn.call('kube-apiserver', { stream, closeInput: true });
    if (close) turn.call('kube-apiserver', { stream, close: true });
  },
  programs: { kubectl: { script: kubectlScript }, helm: { script: helmScript } },
};

/** Terminal output: one cell a piece, so that the window reads only what is new. */
function show(turn: Turn, text: string): void {
  const count = turn.memory.get<number>('terminal-count') ?? 0;
  turn.memory.set(`terminal/${count}`, text.replace(/(?<!\r)\n/g, '\r\n'));
  turn.memory.set('terminal-count', count + 1);
}

function addToRun(turn: Turn, id: string, stream: 'stdout' | 'stderr', text: string): void {
  const result = turn.memory.get<RunResult>(`run/${id}`) ?? { stdout: '', stderr: '' };
  turn.memory.set(`run/${id}`, { ...result, [stream]: result[stream] + text });
}

function finishRun(turn: Turn, id: string, exitCode: number): void {
  const result = turn.memory.get<RunResult>(`run/${id}`) ?? { stdout: '', stderr: '' };
  turn.memory.set(`run/${id}`, { ...result, exitCode });
}

function boot(turn: Turn): void {
  createMachine(turn, {
    id: MACHINE,
    hostname: MACHINE,
    image: MACHINE,
    address: '10.77.0.200',
    naming: { hostsFile: 'machine' },
  });
  // The machine's own init: process 1 for ever, so that no shell has to be it.
  spawn(turn, host, MACHINE, { argv: ['sleep', 'infinity'], environment: ENVIRONMENT, directory: '/', label: 'init' });
  // Every folder of the PATH is there, even an empty one.
  for (const folder of (ENVIRONMENT.PATH ?? '').split(':')) makeFolder(turn, folder);
  const config = turn.call('world', { kind: 'config' }) as ClusterConfig;
  writeFile(turn, `${HOME}/.kube/config`, unsignedKubeconfig(config), 0o600);
  writeFile(turn, `${HOME}/.bashrc`, BASHRC);
  startShell(turn);
}

function startShell(turn: Turn): void {
  const terminal = turn.memory.get<Size>('size') ?? SIZE;
  const pid = spawn(turn, host, MACHINE, {
    argv: ['bash', '-i'],
    environment: { ...ENVIRONMENT, TERM: 'xterm-256color' },
    directory: HOME,
    label: 'terminal',
    stdin: true,
    terminal,
  });
  if (typeof pid !== 'number') return;
  turn.memory.set('shell', pid);
  // The shell has the terminal from the beginning: Ctrl-C reaches its subshells before it has started any program.
  turn.memory.set(`machine/${MACHINE}`, { ...machineOf(turn.memory, MACHINE), foreground: pid });
}

function writeFile(turn: Turn, path: string, text: string, mode = 0o644): void {
  const files = machineOf(turn.memory, MACHINE)?.files ?? `file/${MACHINE}`;
  makeFolder(turn, parentPath(path));
  turn.memory.set(`${files}${path}`, { type: 'file', text, mode, modified: turn.now } satisfies FileNode);
}

/** Makes a folder with those above it, where the machine's image has none. */
function makeFolder(turn: Turn, path: string): void {
  const { files, image } = machineOf(turn.memory, MACHINE) ?? { files: `file/${MACHINE}`, image: MACHINE };
  for (let folder = path; folder !== '/'; folder = parentPath(folder)) {
    const key = `${files}${folder}`;
    if (turn.memory.get(key) === undefined && imageLayer(image).nodes.get(folder) === undefined)
      turn.memory.set(key, { type: 'directory', mode: 0o755, modified: turn.now } satisfies FileNode);
  }
}

function type(turn: Turn, text: string): void {
  const shell = turn.memory.get<number>('shell');
  if (shell === undefined) return;
  if (text === INTERRUPT) {
    show(turn, '^C\n');
    interrupt(turn, host, MACHINE);
  } else if (text === END_OF_INPUT) closeInput(turn, host, MACHINE, shell);
  else {
    // Line by line, so that each line of a command stands behind the prompt that asked for it.
    for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
      show(turn, line);
      writeInput(turn, host, MACHINE, shell, line);
    }
  }
}

function run(turn: Turn, id: string, line: string): void {
  turn.memory.set(`run/${id}`, { stdout: '', stderr: '' } satisfies RunResult);
  spawn(turn, host, MACHINE, {
    argv: ['bash', '-c', line],
    environment: { ...ENVIRONMENT, TERM: 'dumb' },
    directory: HOME,
    label: id,
  });
}

/** Ends whatever runs for `run` lines, as Ctrl-C would, and gives the terminal's foreground a Ctrl-C. */
function interruptAll(turn: Turn): void {
  interrupt(turn, host, MACHINE);
  const machine = machineOf(turn.memory, MACHINE);
  const shell = turn.memory.get<number>('shell');
  for (const pid of machine?.pids ?? []) if (pid !== 1 && pid !== shell) signal(turn, host, MACHINE, pid, 'INT');
}

/** What starts from now on sees the new size; what runs keeps the one that it started with. */
function resize(turn: Turn, terminal: Size): void {
  turn.memory.set('size', terminal);
  const cell = `process/${MACHINE}/${turn.memory.get<number>('shell')}`;
  const shell = turn.memory.get<Process>(cell);
  if (shell) turn.memory.set(cell, { ...shell, invocation: { ...shell.invocation, terminal } });
}

function act(turn: Turn, task: WorkstationTask): void {
  switch (task.kind) {
    case 'type':
      type(turn, task.text);
      break;
    case 'run':
      run(turn, task.id, task.line);
      break;
    case 'write-file':
      writeFile(turn, task.path.startsWith('/') ? task.path : `${HOME}/${task.path}`, task.text);
      break;
    case 'interrupt':
      interruptAll(turn);
      break;
    case 'resize':
      resize(turn, { columns: task.columns, rows: task.rows });
  }
}

/** Whether the shell waits at its prompt: it reads from the terminal, and nothing else has the terminal. */
function isAtPrompt(turn: Turn): boolean {
  const machine = machineOf(turn.memory, MACHINE);
  const shell = turn.memory.get<number>('shell');
  if (machine === undefined || shell === undefined) return true;
  if (machine.foreground !== undefined && machine.foreground !== shell) return false;
  const process = turn.memory.get<Process>(`process/${MACHINE}/${shell}`);
  const call = process?.blocked?.call;
  if (call?.call !== 'read' || process?.blocked?.postponed === true) return false;
  // A shell that collects the output of `$(…)` reads as well, from a pipe.
  return turn.memory.get<OpenFile>(`open/${MACHINE}/${process?.descriptors[call.fd]}`)?.kind === 'input';
}

/** Whether what was typed has not ended yet: programs that were started, and the shell's own work like `$(…)`. */
function noteBusy(turn: Turn): void {
  const isBusy = !isAtPrompt(turn);
  if ((turn.memory.get<boolean>('terminal-busy') ?? false) !== isBusy) turn.memory.set('terminal-busy', isBusy);
}

/** The learner's own machine: a shell on a terminal, a home folder, kubectl. */
export const workstation: Component = {
  name: 'workstation',
  start: boot,
  handle(turn: Turn, task: Task) {
    if (!handleProcessTask(turn, host, task)) act(turn, task as Task & WorkstationTask);
    noteBusy(turn);
  },
};
