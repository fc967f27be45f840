import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from '../validation/field.ts';
import { validateLocalReference } from '../validation/ingress.ts';
import { defineKind } from './define.ts';
import { withField } from './fields.ts';

const SCOPES = ['Cluster', 'Namespace'];

/** Source: `pkg/apis/networking/validation`, IngressClass. */
export const ingressClass = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  hasGeneration: true,
  setDefaults: (object) => {
    const { parameters } = object.spec;
    if (parameters === undefined || (parameters.scope ?? null) !== null) return object;
    return { ...object, spec: withField(object.spec, 'parameters', { ...parameters, scope: 'Cluster' }) };
  },
  validate,
  validateUpdate: (next, previous) =>
    isEqual(next.spec.controller, previous.spec.controller)
      ? []
      : [invalid('spec.controller', next.spec.controller, 'field is immutable')],
});

function validate({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { controller, parameters } = spec;
  if (!controller) errors.push(required('spec.controller'));
  else if (!/^[^/]+\/.+$/.test(controller)) {
    errors.push(invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  }
  if (parameters === undefined) return errors;
  const path = 'spec.parameters';
  validateLocalReference(parameters, path, errors);
  if (!SCOPES.includes(parameters.scope)) errors.push(notSupported(`${path}.scope`, parameters.scope, SCOPES));
  if (parameters.scope === 'Namespace' && !parameters.namespace) {
    errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  }
  if (parameters.scope === 'Cluster' && parameters.namespace !== undefined) {
    errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
