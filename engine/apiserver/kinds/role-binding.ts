import { pathSegment } from '../validation/names.ts';
import { validateBinding, validateBindingUpdate, withGroups } from '../validation/rbac.ts';
import { defineKind } from './define.ts';

export const roleBinding = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',

  validateName: pathSegment,
  setDefaults: withGroups,
  validate: (object) => validateBinding(object, ['Role', 'ClusterRole']),
  validateUpdate: validateBindingUpdate,
});
