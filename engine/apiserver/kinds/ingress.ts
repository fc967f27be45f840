import { validateIngress } from '../validation/ingress.ts';
import { validateIngressStatus } from '../validation/load-balancer-status.ts';
import { defineKind, STATUS } from './define.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Source: `pkg/registry/networking/ingress/strategy.go`. */
export const ingress = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  subresources: [STATUS],
  hasGeneration: true,
  prepareForCreate: (object) => ({ ...object, status: { loadBalancer: {} } }),
  validate: validateIngress,
  validateStatusUpdate: validateIngressStatus,
  warnings: ({ metadata }) =>
    metadata.annotations?.[CLASS_ANNOTATION] === undefined
      ? []
      : [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`],
});
