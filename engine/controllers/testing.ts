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

/** Stands for all kubelets. */
export const KUBELETS = 'any-kubelet';

/**
 * A pod is ready after half a second, and a deleted one gone after one. Of the images `broken` never gets ready, `done`
 * ends well a second later, `failing` ends badly, and `flaky` does one or the other.
 */
const anyKubelet: Component = {
  name: KUBELETS,
  watches: () => [{ resource: 'pods' }],
  observe(turn, _resource, events) {
    for (const { type, object } of events) {
      const { namespace = '', name, uid, deletionTimestamp } = object.metadata;
      if (type !== 'DELETED' && deletionTimestamp !== undefined)
        turn.after(1000, { kind: 'remove', namespace, name, uid });
      else if (type === 'ADDED') turn.after(500, { kind: 'ready', namespace, name, uid });
    }
  },
  handle(turn, task) {
    const { kind, namespace, name, uid } = task as { kind: string; namespace: string; name: string; uid: string };
    const pod = turn.cache('pods').get(namespace, name);
    if (pod === undefined || pod.metadata.uid !== uid) return;
    const client = new Client(turn, ADMIN);
    if (kind === 'remove') {
      client.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
      return;
    }
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    const { image } = pod.spec.containers[0];
    const fresh = client.get('pods', namespace, name);
    client.updateStatus('pods', { ...fresh, status: kind === 'ready' ? readyStatus(turn, pod) : endStatus(turn, pod) });
    if (kind === 'ready' && ENDING.includes(image)) turn.after(1000, { kind: 'end', namespace, name, uid });
  },
};

const ENDING = ['done', 'failing', 'flaky'];

function readyStatus(turn: Turn, pod: KubeObject): object {
  const isBroken = pod.spec.containers[0].image === 'broken';
  const condition = { type: 'Ready', status: isBroken ? 'False' : 'True', lastTransitionTime: timestamp(turn.now) };
  return { ...pod.status, phase: 'Running', conditions: [condition] };
}

function endStatus(turn: Turn, pod: KubeObject): object {
  const { image } = pod.spec.containers[0];
  const isFailed = image === 'failing' || (image === 'flaky' && turn.random() < 0.3);
  const condition = { type: 'Ready', status: 'False', lastTransitionTime: timestamp(turn.now) };
  return { ...pod.status, phase: isFailed ? 'Failed' : 'Succeeded', conditions: [condition] };
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
  request(
    method: ApiRequest['method'],
    path: string,
    body?: object,
    type = 'application/json',
    headers: Readonly<Record<string, string>> = {},
  ): KubeObject {
    const id = String(++this.requests);
    const request = { method, path, user: ADMIN, body, headers: { 'content-type': type, ...headers } };
    this.session.input('world', { kind: 'request', id, request: request as never });
    const answer = this.session.moment().memory('world').get<{ code: number; body: KubeObject }>(`answer/${id}`);
    if (answer === undefined || answer.code >= 400) throw new Error(JSON.stringify(answer));
    return answer.body;
  }

  list(path: string): readonly KubeObject[] {
    return this.request('GET', path).items;
  }
}
