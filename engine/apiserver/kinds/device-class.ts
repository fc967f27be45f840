import { isExtendedResource } from '../../extended-resource.ts';
import { validateConfiguration, validateEach, validateSelectors } from '../validation/device-claim.ts';
import { type ErrorList, invalid } from '../validation/field.ts';
import { qualifiedName } from '../validation/names.ts';
import { defineKind } from './define.ts';
import type { Fields } from './fields.ts';

const MOST_CONFIGURATIONS = 32;

/** Source: `pkg/registry/resource/deviceclass`, `pkg/apis/resource/validation`. */
export const deviceClass = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  namespaced: false,
  hasGeneration: true,
  validate: ({ spec }) => {
    const errors: ErrorList = [];
    validateSelectors(spec.selectors, 'spec.selectors', errors);
    validateEach(spec.config as readonly Fields[], 'spec.config', MOST_CONFIGURATIONS, errors, (config, path) => {
      validateConfiguration(config, path, errors);
    });
    const name: string | undefined = spec.extendedResourceName;
    if (name !== undefined && !isExtendedName(name))
      errors.push(invalid('spec.extendedResourceName', name, 'must be a valid extended resource name'));
    return errors;
  },
});

function isExtendedName(name: string): boolean {
  return isExtendedResource(name) && qualifiedName(`requests.${name}`).length === 0;
}
