import type { AdmissionPlugin } from './plugin.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** A pod learns by labels where it has been put. Source: `plugin/pkg/admission/podtopologylabels`. */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  resources: ['pods'],
  subresources: ['binding'],
  operations: ['CREATE'],
  admit({ call, object: binding }) {
    const node = call.turn.store.get('nodes', '', binding.target?.name ?? '');
    const present = node?.metadata.labels;
    const known = present === undefined ? [] : LABELS.filter((label) => present[label] !== undefined);
    if (known.length === 0) return binding;
    const labels = Object.fromEntries(known.map((label) => [label, present?.[label] as string]));
    return { ...binding, metadata: { ...binding.metadata, labels: { ...binding.metadata.labels, ...labels } } };
  },
};
