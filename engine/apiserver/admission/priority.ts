import { extended, type KubeObject } from '../../object.ts';
import { type Call, refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

interface Computed {
  readonly className?: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io';

/** Fills in a pod's priority from its PriorityClass. Source: `plugin/pkg/admission/priority`. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  resources: ['pods'],
  operations: ['CREATE'],
  admit({ call, object: pod }) {
    const computed = computePriority(call, pod);
    if (pod.spec?.priority !== undefined && pod.spec.priority !== computed.value) {
      const why = `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${computed.value} from the given PriorityClass name`;
      refuse(forbidden(call.kind, nameForErrors(pod), why));
    }
    const { className, value, preemptionPolicy } = computed;
    const policy = pod.spec?.preemptionPolicy;
    if (policy !== undefined && policy !== preemptionPolicy) {
      const why = `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`;
      refuse(forbidden(call.kind, nameForErrors(pod), why));
    }
    const named = className === undefined ? {} : { priorityClassName: className };
    return { ...pod, spec: extended(pod.spec ?? {}, named, { priority: value, preemptionPolicy }) };
  },
};

function computePriority(call: Call, pod: KubeObject): Computed {
  const classes = call.turn.store.at(PRIORITY_CLASSES);
  const wanted: string | undefined = pod.spec?.priorityClassName;
  if (wanted !== undefined && wanted !== '') {
    const found =
      classes.get('', wanted) ??
      refuse(forbidden(call.kind, nameForErrors(pod), `no PriorityClass with name ${wanted} was found`));
    return { value: found.value, preemptionPolicy: found.preemptionPolicy ?? 'PreemptLowerPriority' };
  }
  let fallback: KubeObject | undefined;
  for (const candidate of classes.list()) {
    if (candidate.globalDefault === true && (fallback === undefined || candidate.value < fallback.value))
      fallback = candidate;
  }
  if (fallback === undefined) return { value: 0, preemptionPolicy: 'PreemptLowerPriority' };
  return {
    className: fallback.metadata.name,
    value: fallback.value,
    preemptionPolicy: fallback.preemptionPolicy ?? 'PreemptLowerPriority',
  };
}
