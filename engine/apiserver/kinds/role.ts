import { pathSegment } from '../validation/names.ts';
import { validateRules } from '../validation/rbac.ts';
import { defineKind } from './define.ts';

export const role = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  validateName: pathSegment,
  validate: ({ rules }) => validateRules(rules, true),
});
