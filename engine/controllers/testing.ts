import type { ApiRequest } from '../apiserver/request.ts';
import { apiServer } from '../apiserver/server.ts';
import { Client } from '../client/client.ts';
import { clusterConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import type { Component } from '../sim/component.ts';
import { Registry } from '../sim/processes.ts';
import { Session } from '../sim/session.ts';
import { timestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';
import { world } from '../sim/world.ts';
import { etcd } from '../store/etcd.ts';
import { controllers } from './index.ts';

const ADMIN = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** Stands for all kubelets: a pod is ready after half a second, and a deleted one gone after one. */
const anyKubelet: Component = {
  name: 'any-kubelet',
  watches: () => [{ resource: 'pods' }],
  observe(turn, _resource, events) {
    for (const { type, object } of events) {
      const { namespace = '', name, deletionTimestamp } = object.metadata;
      if (type === 'ADDED') turn.after(500, { kind: 'ready', namespace, name });
      if (type === 'MODIFIED' && deletionTimestamp !== undefined) turn.after(1000, { kind: 'remove', namespace, name });
    }
  },
  handle(turn, task) {
    const pod = turn.cache('pods').get(String(task.namespace), String(task.name));
    if (pod === undefined) return;
    const client = new Client(turn, ADMIN);
    if (task.kind === 'remove')
      client.delete('pods', String(task.namespace), String(task.name), { gracePeriodSeconds: 0 });
    else client.updateStatus('pods', { ...pod, status: readyStatus(turn, pod) });
  },
};

function readyStatus(turn: Turn, pod: KubeObject): object {
  const isBroken = pod.spec.containers[0].image === 'broken';
  const condition = { type: 'Ready', status: isBroken ? 'False' : 'True', lastTransitionTime: timestamp(turn.now) };
  return { ...pod.status, phase: 'Running', conditions: [condition] };
}

/** A control plane without nodes: real API server and controllers, and a stand-in for the kubelets. */
export class ControlPlane {
  readonly session: Session;
  private requests = 0;

  constructor(seed = 1) {
    const parts = [etcd, apiServer, ...controllers, anyKubelet];
    const registry = new Registry([world(parts.map(({ name }) => name)), ...parts]);
    this.session = Session.create(registry, clusterConfig({ seed, machines: [] }));
    this.session.advance(5000);
  }

  /** A request by the administrator. Throws when it is refused. */
  request(method: ApiRequest['method'], path: string, body?: object, type = 'application/json'): KubeObject {
    const id = String(++this.requests);
    const request = { method, path, user: ADMIN, body, headers: { 'content-type': type } };
    this.session.input('world', { kind: 'request', id, request: request as never });
    const answer = this.session.moment().memory('world').get<{ code: number; body: KubeObject }>(`answer/${id}`);
    if (answer === undefined || answer.code >= 400) throw new Error(JSON.stringify(answer));
    return answer.body;
  }

  list(path: string): readonly KubeObject[] {
    return this.request('GET', path).items;
  }
}
