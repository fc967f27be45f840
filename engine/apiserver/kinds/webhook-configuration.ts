import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { validateWebhooks } from '../validation/webhooks.ts';
import { defineKind } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';
import type { Kind } from './kind.ts';

const DEFAULTS = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

/** Source: `pkg/apis/admissionregistration/v1/defaults.go`, `pkg/registry/admissionregistration`. */
export const validatingWebhookConfiguration = webhookConfiguration('Validating', DEFAULTS);
export const mutatingWebhookConfiguration = webhookConfiguration('Mutating', {
  ...DEFAULTS,
  reinvocationPolicy: 'Never',
});

function webhookConfiguration(sort: 'Mutating' | 'Validating', defaults: Fields): Kind {
  return defineKind({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: `${sort}WebhookConfiguration`,
    plural: `${sort.toLowerCase()}webhookconfigurations`,
    categories: ['api-extensions'],
    namespaced: false,
    hasGeneration: true,
    allowsUnconditionalUpdate: false,
    raisesGeneration: (next, previous) => !isEqual(next.webhooks, previous.webhooks),
    setDefaults: (object) =>
      withField(
        object,
        'webhooks',
        mapList(object.webhooks, (hook) => withWebhookDefaults(hook, defaults)),
      ) as KubeObject,
    validate: ({ webhooks }, previous) => validateWebhooks(webhooks ?? [], previous?.webhooks),
  });
}

function withWebhookDefaults(given: Fields, defaults: Fields): Fields {
  const hook = withField(withDefaults(given, defaults), 'rules', mapList(given.rules, withScope));
  const service = hook.clientConfig?.service;
  if (service === undefined || service.port !== undefined) return hook;
  return { ...hook, clientConfig: { ...hook.clientConfig, service: { ...service, port: 443 } } };
}

/** A rule is about both scopes unless it says otherwise. */
export function withScope(rule: Fields): Fields {
  return withDefaults(rule, { scope: '*' });
}
