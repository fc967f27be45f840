import type { AdmissionPlugin } from './plugin.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** How long a pod stays on a node that is lost: `--default-not-ready-toleration-seconds` and its twin. */
const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Source: `plugin/pkg/admission/defaulttolerationseconds`. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  admit({ object: pod }) {
    const present: readonly Toleration[] = pod.spec?.tolerations ?? [];
    const missing = TAINTS.filter((taint) => !present.some((toleration) => toleratesEviction(toleration, taint)));
    if (missing.length === 0) return pod;
    const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }));
    return { ...pod, spec: { ...pod.spec, tolerations: present.concat(added) } };
  },
};

function toleratesEviction({ key = '', effect = '' }: Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
