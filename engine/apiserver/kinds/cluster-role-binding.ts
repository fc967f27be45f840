import { pathSegment } from '../validation/names.ts';
import { validateBinding, validateBindingUpdate, withGroups } from '../validation/rbac.ts';
import { defineKind } from './define.ts';

export const clusterRoleBinding = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  validateName: pathSegment,
  setDefaults: withGroups,
  validate: (object) => validateBinding(object, ['ClusterRole']),
  validateUpdate: validateBindingUpdate,
});
