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
const DEFAULTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: SECONDS,
}));

/** Source: `plugin/pkg/admission/defaulttolerationseconds`. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  admit({ object: pod }) {
    const present: readonly Toleration[] = pod.spec?.tolerations ?? [];
    const missing = DEFAULTS.filter(({ key }) => !present.some((toleration) => toleratesEviction(toleration, key)));
    if (missing.length === 0) return pod;
    // Nearly all pods have these two and no others: they share them.
    const tolerations = missing.length === DEFAULTS.length && present.length === 0 ? DEFAULTS : present.concat(missing);
    return { ...pod, spec: { ...pod.spec, tolerations } };
  },
};

function toleratesEviction({ key = '', effect = '' }: Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
