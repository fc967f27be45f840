import { defineKind } from './define.ts';

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';

/** Source: `pkg/registry/core/serviceaccount/strategy.go`. */
export const serviceAccount = defineKind({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  subresources: [
    { name: 'token', body: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }, verbs: ['create'] },
  ],
  warnings: ({ metadata }) =>
    metadata.annotations?.[ENFORCE] === undefined
      ? []
      : [
          `metadata.annotations[${ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ],
});
