import type { KubeObject } from '../../object.ts';
import { validateNetworkPolicy } from '../validation/network-policy.ts';
import { defineKind } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';

/** Source: `pkg/apis/networking/v1/defaults.go`, `pkg/apis/networking/validation`. */
export const networkPolicy = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  hasGeneration: true,
  setDefaults: (object: KubeObject) => {
    let spec: Fields = object.spec;
    for (const direction of ['ingress', 'egress']) {
      const rules = mapList(spec[direction], (rule) =>
        withField(
          rule,
          'ports',
          mapList(rule.ports, (port) => withDefaults(port, { protocol: 'TCP' })),
        ),
      );
      spec = withField(spec, direction, rules);
    }
    if (spec.policyTypes === undefined) {
      spec = { ...spec, policyTypes: (spec.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress'] };
    }
    return spec === object.spec ? object : { ...object, spec };
  },
  validate: validateNetworkPolicy,
});
