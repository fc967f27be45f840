import type { ApiResponse } from '../../apiserver/request.ts';
import { say } from '../../sentence.ts';
import type { Component } from '../../sim/component.ts';
import type { Task } from '../../sim/task.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { DNS_MANIFESTS } from './addon.ts';

/** How soon it is tried again while the API server comes up. */
const RETRY = 500;

const USER = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** What a cluster may be given when it is made. */
const MANIFESTS = { dns: DNS_MANIFESTS };

export type Addon = keyof typeof MANIFESTS;

/**
 * `kubeadm`: installs what the configuration asks for besides the cluster itself. It is no process: its one task stays on
 * the agenda until everything is there.
 */
export const kubeadm: Component = {
  name: 'kubeadm',
  survives: () => true,
  handle(turn: Turn, task: Task) {
    const addon = task.addon as Addon;
    if (MANIFESTS[addon].every(([path, manifest]) => post(turn, path, manifest))) turn.note(say`installed ${addon}`);
    else turn.after(RETRY, task);
  },
};

/** Whether the object is there now. */
function post(turn: Turn, path: string, body: object): boolean {
  try {
    const { code } = turn.call('kube-apiserver', { method: 'POST', path, body, user: USER }) as ApiResponse;
    return code === 201 || code === 409;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}
