import type { AdmissionPlugin } from './plugin.ts';

interface Container {
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

/** Pods that ask for extended resources tolerate the nodes kept for them. Off by default. Source: `plugin/pkg/admission/extendedresourcetoleration`. */
export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  resources: ['pods'],
  operations: ['CREATE'],
  admit({ object: pod }) {
    const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const names = new Set(containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})));
    const present: readonly { readonly key?: string; readonly operator?: string }[] = pod.spec?.tolerations ?? [];
    const missing = [...names]
      .filter((name) => name.includes('/') && !name.includes('kubernetes.io/'))
      .filter((name) => !present.some(({ key, operator }) => key === name && operator === 'Exists'))
      .sort();
    if (missing.length === 0) return pod;
    const added = missing.map((key) => ({ key, operator: 'Exists' }));
    return { ...pod, spec: { ...pod.spec, tolerations: [...present, ...added] } };
  },
};
