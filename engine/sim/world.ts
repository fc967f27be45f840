import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import { type ClusterConfig, type MachineConfig, plainMachine } from '../config.ts';
import { say } from '../sentence.ts';
import type { Component } from './component.ts';
import type { Task } from './task.ts';
import { type Control, type Turn, Unreachable } from './turn.ts';

/** What components may ask about the hardware around them: their machine (a `MachineConfig` or undefined), the whole config. */
export type WorldRequest = { readonly kind: 'machine'; readonly name: string } | { readonly kind: 'config' };

/** The answer to a `request` input, in the world's memory under `answer/<id>`; stream chunks under `stream/<stream>/<n>`. */
export type WorldAnswer = ApiResponse | { readonly unreachable: string };

type WorldTask =
  | { readonly kind: 'boot'; readonly config: ClusterConfig }
  | { readonly kind: 'stop' | 'start'; readonly component: string }
  | { readonly kind: 'cut' | 'heal'; readonly from: string; readonly to: string }
  /** A new machine; without `machine`, a plain one with the next free number. */
  | { readonly kind: 'add-node'; readonly machine?: MachineConfig }
  | { readonly kind: 'request'; readonly id: string; readonly request: ApiRequest }
  | { readonly kind: 'stream'; readonly stream: number }
  /** Somebody looks on: idle work is to be seen for a while. */
  | { readonly kind: 'look' };

/** The processes of a node, in the order in which its service manager starts them. */
const NODE_PROCESSES = ['containerd', 'kubelet', 'kube-proxy'];

/**
 * Everything that is not the cluster: hardware, the hands of the learner on plugs and cables, and requests from outside.
 * `controlPlane` names the processes that a boot starts, in order.
 */
export function world(controlPlane: readonly string[]): Component {
  return {
    name: 'world',
    handle: (turn, task) => act(turn, turn.control as Control, task as Task & WorldTask, controlPlane),
    serve(turn, request) {
      const asked = request as WorldRequest;
      return turn.memory.get(asked.kind === 'config' ? 'config' : `machine/${asked.name}`);
    },
  };
}

function act(turn: Turn, control: Control, task: Task & WorldTask, controlPlane: readonly string[]): void {
  switch (task.kind) {
    case 'boot':
      turn.memory.set('config', task.config);
      for (const process of controlPlane) control.start(process);
      for (const machine of task.config.machines) switchOn(turn, control, machine);
      break;
    case 'stop':
      // A machine as a whole goes off like one whose plug is pulled.
      if (turn.memory.get(`machine/${task.component}`)) turn.call(`containerd/${task.component}`, { call: 'CutPower' });
      for (const process of named(control, task.component)) control.stop(process);
      turn.note(say`stopped ${task.component}`);
      break;
    case 'start':
      for (const process of named(control, task.component)) control.start(process);
      turn.note(say`started ${task.component}`);
      break;
    case 'cut':
      control.cut(task.from, task.to);
      turn.note(say`cut the link between ${task.from} and ${task.to}`);
      break;
    case 'heal':
      control.heal(task.from, task.to);
      turn.note(say`healed the link between ${task.from} and ${task.to}`);
      break;
    case 'add-node':
      switchOn(turn, control, task.machine ?? plainMachine(turn.memory.keys('machine/').length + 1));
      break;
    case 'request':
      turn.memory.set(`answer/${task.id}`, answer(turn, task.request));
      break;
    case 'look':
      turn.note(say`somebody looks on`);
      break;
    case 'stream':
      turn.memory.set(`stream/${task.stream}/${turn.memory.keys(`stream/${task.stream}/`).length}`, task);
      break;
  }
}

function switchOn(turn: Turn, control: Control, machine: MachineConfig): void {
  turn.memory.set(`machine/${machine.name}`, machine);
  for (const process of NODE_PROCESSES) control.start(`${process}/${machine.name}`);
  turn.note(say`switched on machine ${machine.name}`);
}

/** A process by name; a family name (`kube-controller-manager`) or a machine's name stands for all its processes. */
function named(control: Control, name: string): string[] {
  const all = control.processes().map((process) => process.component);
  if (all.includes(name)) return [name];
  return all.filter((process) => process.startsWith(`${name}/`) || process.endsWith(`/${name}`));
}

function answer(turn: Turn, request: ApiRequest): WorldAnswer {
  try {
    return turn.call('kube-apiserver', request) as ApiResponse;
  } catch (error) {
    if (error instanceof Unreachable) return { unreachable: error.message };
    throw error;
  }
}
