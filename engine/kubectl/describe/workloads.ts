import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import type { Describer } from './describer.ts';
import { podTemplateText } from './pod-template.ts';
import { annotationLines, dateText, labelLines, selectorLine, Text } from './text.ts';

export const describeDeployment: Describer = function* (session, { object, namespace }) {
  const { metadata, spec, status } = object;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${namespace}`);
  text.line(0, `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `Selector:\t${selectorLine(spec.selector)}`);
  const count = (field: string) => Number(at(status, field) ?? 0);
  text.line(
    0,
    `Replicas:\t${spec.replicas ?? 1} desired | ${count('updatedReplicas')} updated | ${count('replicas')} total | ${count('availableReplicas')} available | ${count('unavailableReplicas')} unavailable`,
  );
  text.line(0, `StrategyType:\t${spec.strategy?.type ?? ''}`);
  text.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling)
    text.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  text.add(podTemplateText(spec.template));
  const conditions = (status?.conditions ?? []) as { type: string; status: string; reason: string }[];
  if (conditions.length > 0) {
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tReason');
    text.line(1, '----\t------\t------');
    for (const condition of conditions) text.line(1, `${condition.type} \t${condition.status}\t${condition.reason}`);
  }
  yield* replicaSets(session, object, text);
  return String(text);
};

function* replicaSets(session: Session, deployment: KubeObject, text: Text): Task {
  const labelSelector = selectorLine(deployment.spec.selector);
  const path = `/apis/apps/v1/namespaces/${deployment.metadata.namespace}/replicasets`;
  const list = (yield* session.get(path, { query: { labelSelector } })) as { items: KubeObject[] };
  const own = list.items.filter((set) =>
    set.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid),
  );
  if (own.length === 0) return;
  const revision = (set: KubeObject) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  const current = deployment.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const newest = own.find((set) => String(revision(set)) === current);
  const describe = (set: KubeObject) =>
    `${set.metadata.name} (${Number(set.status?.replicas ?? 0)}/${Number(set.spec.replicas ?? 0)} replicas created)`;
  const old = own
    .filter((set) => set !== newest)
    .sort((one, other) => (one.metadata.creationTimestamp < other.metadata.creationTimestamp ? -1 : 1));
  text.line(0, `OldReplicaSets:\t${old.map(describe).join(', ') || '<none>'}`);
  text.line(0, `NewReplicaSet:\t${newest ? describe(newest) : '<none>'}`);
}

/** ReplicaSets and ReplicationControllers. */
export const describeReplicaSet: Describer = function* (session, { object, namespace }) {
  const { metadata, spec, status } = object;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${namespace}`);
  const selector = object.kind === 'ReplicationController' ? { matchLabels: spec.selector } : spec.selector;
  text.line(0, `Selector:\t${selectorLine(selector)}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  if (owner) text.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
  text.line(0, `Replicas:\t${Number(status?.replicas ?? 0)} current / ${Number(spec.replicas ?? 0)} desired`);
  text.line(0, `Pods Status:\t${yield* podPhases(session, object, selectorLine(selector))}`);
  text.add(podTemplateText(spec.template));
  const conditions = (status?.conditions ?? []) as { type: string; status: string; reason: string }[];
  if (conditions.length > 0) {
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tReason');
    text.line(1, '----\t------\t------');
    for (const condition of conditions) text.line(1, `${condition.type} \t${condition.status}\t${condition.reason}`);
  }
  return String(text);
};

/** `3 Running / 0 Waiting / 0 Succeeded / 0 Failed` of the pods that an object controls. */
export function* podPhases(session: Session, owner: KubeObject, labelSelector: string): Task<string> {
  const path = `/api/v1/namespaces/${owner.metadata.namespace}/pods`;
  const list = (yield* session.get(path, { query: { labelSelector } })) as { items: KubeObject[] };
  const own = list.items.filter((pod) =>
    pod.metadata.ownerReferences?.some((reference) => reference.controller && reference.uid === owner.metadata.uid),
  );
  const count = (phase: string) => own.filter((pod) => pod.status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}
