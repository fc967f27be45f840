import type { KubeObject } from '../../object.ts';
import { accessModes, persistentVolumeClaimLines, storageClass } from './claim.ts';
import type { Describer } from './describer.ts';
import { annotationLines, boolText, dateText, labelLines, labelsLine, listLines, since, Text } from './text.ts';
import { volumeSourceLines } from './volume-sources.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** The phase, or for how long the object has been on its way out. */
function stateText(object: KubeObject, now: number): string {
  const { deletionTimestamp } = object.metadata;
  return deletionTimestamp ? `Terminating (lasts ${since(deletionTimestamp, now)})` : (object.status?.phase ?? '');
}

export const describePersistentVolume: Describer = function* (session, { object }) {
  const { metadata, spec, status } = object;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  text.line(0, `StorageClass:\t${storageClass(object)}`);
  text.line(0, `Status:\t${stateText(object, yield* session.now())}`);
  const claim = spec.claimRef;
  text.line(0, `Claim:\t${claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : ''}`);
  text.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`);
  text.line(0, `Access Modes:\t${accessModes(spec.accessModes)}`);
  if (spec.volumeMode) text.line(0, `VolumeMode:\t${spec.volumeMode}`);
  text.line(0, `Capacity:\t${spec.capacity?.storage ?? '0'}`);
  nodeAffinityLines(text, spec.nodeAffinity);
  text.line(0, `Message:\t${status?.message ?? ''}`);
  text.line(0, 'Source:');
  const lines = volumeSourceLines(spec);
  if (!lines) text.line(1, '<unknown>');
  for (const line of lines ?? []) text.line(2, line);
  return String(text);
};

function nodeAffinityLines(text: Text, affinity: Any): void {
  if (!affinity?.required) {
    text.line(0, 'Node Affinity:\t<none>');
    return;
  }
  text.line(0, 'Node Affinity:\t');
  const terms = (affinity.required.nodeSelectorTerms ?? []) as Any[];
  text.line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`);
  for (const [index, term] of terms.entries()) {
    const requirements = ((term.matchExpressions ?? []) as Any[]).map(({ key, operator, values }) =>
      values?.length ? `${key} ${operator.toLowerCase()} [${values.join(', ')}]` : `${key} ${operator.toLowerCase()}`,
    );
    termLines(text, 2, index, requirements);
  }
}

function termLines(text: Text, level: number, index: number, requirements: readonly string[]): void {
  text.line(level, `Term ${index}:\t${requirements[0] ?? '<none>'}`);
  for (const requirement of requirements.slice(1)) text.line(level, `\t${requirement}`);
}

export const describePersistentVolumeClaim: Describer = function* (session, { object, namespace }) {
  const text = new Text();
  persistentVolumeClaimLines(text, object, stateText(object, yield* session.now()));
  const { items } = (yield* session.get(`/api/v1/namespaces/${namespace}/pods`)) as { items: KubeObject[] };
  const users = items.filter((pod) => usesClaim(pod, object)).map((pod) => pod.metadata.name);
  listLines(text, 'Used By', users.sort());
  const conditions = (object.status?.conditions ?? []) as Any[];
  if (conditions.length > 0) {
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
    text.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
    for (const { type, status, lastProbeTime, lastTransitionTime, reason, message } of conditions) {
      const times = `${zeroDate(lastProbeTime)} \t${zeroDate(lastTransitionTime)}`;
      text.line(1, `${type} \t${status} \t${times} \t${reason ?? ''} \t${message ?? ''}`);
    }
  }
  return String(text);
};

function zeroDate(timestamp: string | undefined | null): string {
  return timestamp ? dateText(timestamp) : 'Mon, 01 Jan 0001 00:00:00 +0000';
}

function usesClaim(pod: KubeObject, claim: KubeObject): boolean {
  const owners = claim.metadata.ownerReferences ?? [];
  return (
    ((pod.spec.volumes ?? []) as Any[]).some(
      (volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name,
    ) || owners.some((owner) => owner.kind === 'Pod' && owner.uid === pod.metadata.uid)
  );
}

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const describeStorageClass: Describer = (_, { object }) => {
  const { metadata } = object;
  const text = new Text();
  const isDefault = DEFAULT_CLASS.some((name) => metadata.annotations?.[name] === 'true');
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `IsDefaultClass:\t${isDefault ? 'Yes' : 'No'}`);
  text.line(0, `Annotations:\t${labelsLine(metadata.annotations)}`);
  text.line(0, `Provisioner:\t${object.provisioner}`);
  text.line(0, `Parameters:\t${labelsLine(object.parameters)}`);
  text.line(0, `AllowVolumeExpansion:\t${boolText(object.allowVolumeExpansion)}`);
  const options = (object.mountOptions ?? []) as string[];
  text.line(0, `MountOptions:${options.length === 0 ? '\t<none>' : ''}`);
  for (const option of options) text.line(1, option);
  if (object.reclaimPolicy) text.line(0, `ReclaimPolicy:\t${object.reclaimPolicy}`);
  if (object.volumeBindingMode) text.line(0, `VolumeBindingMode:\t${object.volumeBindingMode}`);
  if (object.allowedTopologies) {
    text.line(0, 'AllowedTopologies:\t');
    for (const [index, term] of (object.allowedTopologies as Any[]).entries()) {
      const requirements = ((term.matchLabelExpressions ?? []) as Any[]).map(
        ({ key, values }) => `${key} in${values?.length ? ` [${values.join(', ')}]` : ''}`,
      );
      termLines(text, 1, index, requirements);
    }
  }
  return String(text);
};

export const describeVolumeAttributesClass: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Annotations:\t${labelsLine(object.metadata.annotations)}`);
  text.line(0, `DriverName:\t${object.driverName}`);
  text.line(0, `Parameters:\t${labelsLine(object.parameters)}`);
  return String(text);
};

export const describeCsiNode: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  text.line(0, `CreationTimestamp:\t${dateText(object.metadata.creationTimestamp)}`);
  text.line(0, 'Spec:');
  if (!object.spec?.drivers) return String(text);
  text.line(1, 'Drivers:');
  for (const driver of object.spec.drivers as Any[]) {
    text.line(2, `${driver.name}:`);
    text.line(3, `Node ID:\t${driver.nodeID}`);
    if (driver.allocatable?.count !== undefined) {
      text.line(3, 'Allocatables:');
      text.line(4, `Count:\t${driver.allocatable.count}`);
    }
    if (driver.topologyKeys) text.line(3, `Topology Keys:\t[${driver.topologyKeys.join(' ')}]`);
  }
  return String(text);
};
