import type { KubeObject } from '../../object.ts';
import { type Call, refuse } from '../call.ts';
import { isEqual } from '../equality.ts';
import { forbidden } from '../errors.ts';
import type { Fields } from '../kinds/fields.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** A pod takes on what its RuntimeClass costs and where it runs. Source: `plugin/pkg/admission/runtimeclass`. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  resources: ['pods'],
  operations: ['CREATE'],
  admit({ call, object: pod }) {
    const name: string | undefined = pod.spec?.runtimeClassName;
    if (name === undefined) {
      withoutOverhead(call, pod);
      return pod;
    }
    const found =
      call.turn.store.get('runtimeclasses.node.k8s.io', '', name) ??
      reject(call, pod, `pod rejected: RuntimeClass "${name}" not found`);
    return { ...pod, spec: withScheduling(call, pod, withOverhead(call, pod, found), found.scheduling) };
  },
};

function reject(call: Call, pod: KubeObject, why: string): never {
  return refuse(forbidden(call.kind, nameForErrors(pod), why));
}

/** The spec of a pod whose runtime costs nothing of its own; it must not say otherwise. */
function withoutOverhead(call: Call, pod: KubeObject): Fields {
  if (Object.keys(pod.spec?.overhead ?? {}).length > 0)
    reject(call, pod, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  return pod.spec;
}

function withOverhead(call: Call, pod: KubeObject, { overhead }: KubeObject): Fields {
  if (overhead?.podFixed === undefined) return withoutOverhead(call, pod);
  const given = pod.spec.overhead;
  if (given !== undefined && !isEqual(given, overhead.podFixed))
    reject(call, pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  return { ...pod.spec, overhead: overhead.podFixed };
}

function withScheduling(call: Call, pod: KubeObject, spec: Fields, scheduling: Fields | undefined): Fields {
  if (scheduling === undefined) return spec;
  const wanted: Readonly<Record<string, string>> = scheduling.nodeSelector ?? {};
  const given: Readonly<Record<string, string>> = spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(wanted)) {
    if (given[key] === undefined || given[key] === value) continue;
    const both = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${given[key]}`;
    reject(call, pod, `conflict: ${both}`);
  }
  const present: readonly Fields[] = spec.tolerations ?? [];
  const added = ((scheduling.tolerations ?? []) as readonly Fields[]).filter(
    (toleration) => !present.some((other) => isEqual(other, toleration)),
  );
  return {
    ...spec,
    ...(scheduling.nodeSelector === undefined ? {} : { nodeSelector: { ...given, ...wanted } }),
    ...(added.length === 0 ? {} : { tolerations: [...present, ...added] }),
  };
}
