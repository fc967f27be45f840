import { administratorOf, type ClusterConfig } from '../../../config.ts';
import type { KubeObject } from '../../../object.ts';
import { uid } from '../../../sim/identity.ts';
import { timestamp } from '../../../sim/time.ts';
import type { Turn } from '../../../sim/turn.ts';
import { isEqual } from '../../equality.ts';
import { CLUSTER_ROLE_BINDINGS } from '../rbac/binding.ts';
import { uncovered } from '../rbac/cover.ts';
import { ADMINISTRATORS } from './bindings.ts';
import { AUTO_UPDATE, DEFAULT_POLICY, type DefaultObject, INSTALLED_POLICY, type PolicyObject } from './policy.ts';

/**
 * What a starting server makes sure of: the default roles and bindings are there, with all their rules and subjects.
 * What was added to them stays; objects that opted out by their annotation are left alone.
 * Source: `k8s.io/component-helpers/auth/rbac/reconciliation`.
 */
export function reconcilePolicy(turn: Turn): void {
  const isFirst = turn.store.isUnused(CLUSTER_ROLE_BINDINGS);
  for (const wanted of DEFAULT_POLICY) reconcile(turn, wanted);
  if (isFirst && isInstalled(turn)) for (const wanted of INSTALLED_POLICY) reconcile(turn, wanted);
}

/** Whether kubeadm has set up the cluster: its administrator needs a binding. */
function isInstalled(turn: Turn): boolean {
  const config = turn.call('world', { kind: 'config' }) as ClusterConfig;
  return administratorOf(config).organizations.includes(ADMINISTRATORS);
}

function reconcile(turn: Turn, { resource, object }: DefaultObject): void {
  const { name, namespace = '' } = object.metadata;
  const present = turn.store.get(resource, namespace, name);
  const next = present === undefined ? created(turn, object) : reconciled(turn, present, object);
  if (next !== present) turn.store.put(resource, namespace, name, next);
}

function created(turn: Turn, object: PolicyObject): KubeObject {
  const metadata = {
    ...object.metadata,
    uid: uid(() => turn.random()),
    resourceVersion: '',
    creationTimestamp: timestamp(turn.now),
  };
  return { ...object, metadata } as KubeObject;
}

/** The present object, or one with what it lacks. A binding to another role is made anew: it cannot be changed. */
function reconciled(turn: Turn, present: KubeObject, wanted: PolicyObject): KubeObject {
  if (present.metadata.annotations?.[AUTO_UPDATE] === 'false') return present;
  if (wanted.roleRef !== undefined && !isEqual(present.roleRef, wanted.roleRef)) return created(turn, wanted);
  const labels = { ...present.metadata.labels, ...wanted.metadata.labels };
  const annotations = { ...present.metadata.annotations, ...wanted.metadata.annotations };
  const metadata = { ...present.metadata, labels, annotations };
  const next = { ...present, metadata, ...completed(present, wanted) };
  return isEqual(next, present) ? present : next;
}

function completed(present: KubeObject, wanted: PolicyObject): Partial<KubeObject> {
  if (wanted.aggregationRule !== undefined) return { aggregationRule: wanted.aggregationRule };
  if (wanted.roleRef !== undefined) {
    const before = (present.subjects ?? []) as readonly object[];
    const missing = ((wanted.subjects ?? []) as readonly object[]).filter(
      (subject) => !before.some((each) => isEqual(each, subject)),
    );
    return missing.length === 0 ? {} : { subjects: [...before, ...missing] };
  }
  const missing = uncovered(present.rules ?? [], wanted.rules ?? []);
  return missing.length === 0 ? {} : { rules: [...(present.rules ?? []), ...missing] };
}
