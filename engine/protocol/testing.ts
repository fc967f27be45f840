import { clusterConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import { Registry } from '../sim/processes.ts';
import { Session } from '../sim/session.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { world } from '../sim/world.ts';
import { WORKSTATION } from './terminal.ts';

/** Writes the object that a request names, straight into the store. */
const apiServer: Component = {
  name: 'kube-apiserver',
  serve: (turn: Turn, request) => {
    const { name, image } = request as { name: string; image?: string };
    if (image === undefined) turn.store.delete('pods', 'default', name);
    else turn.store.put('pods', 'default', name, pod(turn, name, image));
    return null;
  },
};

function pod(turn: Turn, name: string, image: string): KubeObject {
  const creationTimestamp = '2026-01-01T00:00:00Z';
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '', creationTimestamp };
  const previous = turn.store.at('pods').get('default', name);
  return { apiVersion: 'v1', kind: 'Pod', metadata: previous?.metadata ?? metadata, spec: { containers: [{ image }] } };
}

/** A machine whose every line is `NAME IMAGE` (write a pod) or `NAME` (delete it), done a second after it was typed. */
const workstation: Component = {
  name: WORKSTATION,
  start: (turn) => print(turn, '$ '),
  handle: (turn, task) => {
    if (task.kind === 'type') {
      print(turn, String(task.text));
      turn.memory.set('terminal-busy', true);
      turn.after(1000, { kind: 'run', line: String(task.text).trim() });
    }
    if (task.kind === 'run') run(turn, task);
  },
};

function run(turn: Turn, task: Task): void {
  const [name, image] = String(task.line).split(' ');
  turn.call('kube-apiserver', { name, image });
  turn.note(say`wrote ${String(name)}`);
  turn.memory.set('terminal-busy', false);
  print(turn, 'done\n$ ');
}

function print(turn: Turn, text: string): void {
  const count = turn.memory.get<number>('terminal-count') ?? 0;
  turn.memory.set(`terminal/${count}`, text);
  turn.memory.set('terminal-count', count + 1);
}

/** Something that recurs for ever, and a machine without any part of Kubernetes on it. */
const heart: Component = {
  name: 'heart',
  start: (turn) => turn.after(5000, { kind: 'beat' }, { background: true }),
  handle: (turn) => turn.after(5000, { kind: 'beat' }, { background: true }),
};

const silent = (name: string): Component => ({ name });

const registry = new Registry([
  world(['kube-apiserver', WORKSTATION, 'heart']),
  apiServer,
  workstation,
  heart,
  silent('containerd'),
  silent('kubelet'),
  silent('kube-proxy'),
]);

/** Sessions of a cluster small enough to know every step of it. */
export const toySessions = {
  create: () => Session.create(registry, clusterConfig()),
  load: (text: string) => Session.load(registry, text),
};
