import { pathSegment } from '../validation/names.ts';
import { validateAggregation, validateRules } from '../validation/rbac.ts';
import { validateLabelSelector } from '../validation/selectors.ts';
import { defineKind } from './define.ts';

export const clusterRole = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  validateName: pathSegment,
  validate: ({ rules, aggregationRule }) => [
    ...validateRules(rules, false),
    ...validateAggregation(aggregationRule, validateLabelSelector),
  ],
});
