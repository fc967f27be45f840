import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import { failure } from '../failure.ts';
import type { Resource } from '../resources/object.ts';

export interface RolloutState {
  readonly message: string;
  readonly isDone: boolean;
}

export const REVISION = 'deployment.kubernetes.io/revision';

/** How far a rollout is. Source: `k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go`. Throws where it failed or the kind has none. */
export function rolloutStatus(resource: Resource, object: KubeObject, revision: number): RolloutState {
  const { kind, group } = resource.mapping;
  if (kind === 'Deployment') return deploymentState(object, revision);
  if (kind === 'DaemonSet') return daemonSetState(object);
  if (kind === 'StatefulSet') return statefulSetState(object);
  throw failure(`no status viewer has been implemented for ${group === '' ? kind : `${kind}.${group}`}`);
}

function number(object: KubeObject, ...path: string[]): number {
  return Number(at(object, ...path) ?? 0);
}

function isObserved(object: KubeObject): boolean {
  return (object.metadata.generation ?? 0) <= number(object, 'status', 'observedGeneration');
}

function deploymentState(object: KubeObject, revision: number): RolloutState {
  const { name } = object.metadata;
  const running = Number(object.metadata.annotations?.[REVISION] ?? 0);
  if (revision > 0 && revision !== running) {
    throw failure(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if (!isObserved(object)) return { message: 'Waiting for deployment spec update to be observed...\n', isDone: false };
  const conditions = (at(object, 'status', 'conditions') ?? []) as { type: string; reason?: string }[];
  if (
    conditions.some((condition) => condition.type === 'Progressing' && condition.reason === 'ProgressDeadlineExceeded')
  ) {
    throw failure(`deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  }
  const wanted = Number(at(object, 'spec', 'replicas') ?? 1);
  const replicas = number(object, 'status', 'replicas');
  const updated = number(object, 'status', 'updatedReplicas');
  const available = number(object, 'status', 'availableReplicas');
  const waiting = (text: string) => ({
    message: `Waiting for deployment "${name}" rollout to finish: ${text}...\n`,
    isDone: false,
  });
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`);
  if (replicas > updated) return waiting(`${replicas - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return { message: `deployment "${name}" successfully rolled out\n`, isDone: true };
}

function daemonSetState(object: KubeObject): RolloutState {
  const { name } = object.metadata;
  if (at(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw failure('rollout status is only available for RollingUpdate strategy type');
  }
  if (!isObserved(object)) return { message: 'Waiting for daemon set spec update to be observed...\n', isDone: false };
  const wanted = number(object, 'status', 'desiredNumberScheduled');
  const updated = number(object, 'status', 'updatedNumberScheduled');
  const available = number(object, 'status', 'numberAvailable');
  const waiting = (text: string) => ({
    message: `Waiting for daemon set "${name}" rollout to finish: ${text}...\n`,
    isDone: false,
  });
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return waiting(`${available} of ${wanted} updated pods are available`);
  return { message: `daemon set "${name}" successfully rolled out\n`, isDone: true };
}

function statefulSetState(object: KubeObject): RolloutState {
  const strategy = at(object, 'spec', 'updateStrategy');
  if (at(strategy, 'type') !== 'RollingUpdate') {
    throw failure('rollout status is only available for RollingUpdate strategy type');
  }
  if (!isObserved(object)) return { message: 'Waiting for statefulset spec update to be observed...\n', isDone: false };
  const wanted = Number(at(object, 'spec', 'replicas') ?? 1);
  const ready = number(object, 'status', 'readyReplicas');
  const updated = number(object, 'status', 'updatedReplicas');
  if (ready < wanted) return { message: `Waiting for ${wanted - ready} pods to be ready...\n`, isDone: false };
  const given = at(strategy, 'rollingUpdate', 'partition');
  if (given !== undefined) {
    const partition = Number(given);
    if (updated < wanted - partition) {
      return {
        message: `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...\n`,
        isDone: false,
      };
    }
    return { message: `partitioned roll out complete: ${updated} new pods have been updated...\n`, isDone: true };
  }
  const current = at(object, 'status', 'currentRevision');
  const next = at(object, 'status', 'updateRevision');
  if (next !== current) {
    return {
      message: `waiting for statefulset rolling update to complete ${updated} pods at revision ${next}...\n`,
      isDone: false,
    };
  }
  return {
    message: `statefulset rolling update complete ${number(object, 'status', 'currentReplicas')} pods at revision ${current}...\n`,
    isDone: true,
  };
}
