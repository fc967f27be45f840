import type { KubeObject } from '../../../object.ts';
import { PRIVILEGED_GROUP } from '../../authentication/names.ts';
import { type Call, refuse } from '../../call.ts';
import { isEqual } from '../../equality.ts';
import { forbidden, notFound } from '../../errors.ts';
import type { UserInfo } from '../../request.ts';
import { quote } from '../../validation/field.ts';
import { accessFacts, decide } from '../access.ts';
import { type Grant, type RoleRef, referencedRules } from './binding.ts';
import { compacted, uncovered } from './cover.ts';
import { scopesOf } from './rbac.ts';
import { ALL, type PolicyRule, ruleText } from './rule.ts';

const GROUP = 'rbac.authorization.k8s.io';

const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: [ALL], apiGroups: [ALL], resources: [ALL] },
  { verbs: [ALL], nonResourceURLs: [ALL] },
];

/**
 * Nobody hands out more than he has: writing a role needs all its rights (or the verb `escalate`), binding one needs all
 * its rights (or the verb `bind`). Source: `pkg/registry/rbac/{role,rolebinding}/policybased/storage.go`.
 */
export function requireNoEscalation(call: Call, object: KubeObject, previous?: KubeObject): void {
  const { kind, request } = call;
  if (kind.group !== GROUP || request.user.groups.includes(PRIVILEGED_GROUP)) return;
  if (previous !== undefined && isOnlyForDeletion(object, previous)) return;
  if (object.roleRef === undefined) requireRights(call, object, previous);
  else requireBindable(call, object, object.roleRef);
}

/** The garbage collector may let go of anything (`IsOnlyMutatingGCFields`). */
function isOnlyForDeletion(next: KubeObject, previous: KubeObject): boolean {
  const { ownerReferences: _, finalizers: __, resourceVersion: ___, ...metadata } = next.metadata;
  const { ownerReferences: ____, finalizers: _____, resourceVersion: ______, ...before } = previous.metadata;
  return isEqual({ ...next, metadata }, { ...previous, metadata: before });
}

function isAllowed(call: Call, verb: string, resource: string, name: string): boolean {
  const { user } = call.request;
  const asked = { user, verb, apiGroup: GROUP, resource, subresource: '', namespace: call.namespace, name };
  return decide(call.turn, asked).decision === 'Allow';
}

function requireRights(call: Call, role: KubeObject, previous: KubeObject | undefined): void {
  if (isAllowed(call, 'escalate', call.kind.plural, call.name)) return;
  requireCovered(call, role.metadata.name, (role.rules ?? []) as readonly PolicyRule[]);
  const isAggregated = role.aggregationRule !== undefined || previous?.aggregationRule !== undefined;
  if (!isAggregated || missingRights(call, FULL_AUTHORITY).length === 0) return;
  refuse(forbidden(call.kind, role.metadata.name, 'must have cluster-admin privileges to use the aggregationRule'));
}

function requireBindable(call: Call, binding: KubeObject, roleRef: RoleRef): void {
  const plural = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (isAllowed(call, 'bind', plural, roleRef.name)) return;
  const { rules, error } = referencedRules(accessFacts(call.turn).reader, roleRef, call.namespace);
  if (error !== undefined) refuse(notFound({ group: GROUP, plural, kind: roleRef.kind }, roleRef.name));
  requireCovered(call, binding.metadata.name, rules);
}

function grantsOfRequestor(call: Call): readonly Grant[] {
  const facts = accessFacts(call.turn);
  return scopesOf(call).flatMap((scope) => facts.grants(call.request.user, scope));
}

function missingRights(call: Call, asked: readonly PolicyRule[]): readonly PolicyRule[] {
  return uncovered(
    grantsOfRequestor(call).flatMap(({ rules }) => rules),
    asked,
  );
}

function requireCovered(call: Call, name: string, asked: readonly PolicyRule[]): void {
  const missing = missingRights(call, asked);
  if (missing.length > 0) refuse(forbidden(call.kind, name, escalationText(call, missing)));
}

function escalationText(call: Call, missing: readonly PolicyRule[]): string {
  const { name, groups }: UserInfo = call.request.user;
  const who = `user ${quote(name)} (groups=[${groups.map(quote).join(' ')}])`;
  const rights = [...new Set(compacted(missing).map(ruleText))].sort().join('\n');
  const errors = grantsOfRequestor(call).flatMap(({ error }) => error ?? []);
  const trouble = errors.length === 0 ? '' : `; resolution errors: [${errors.join(' ')}]`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${rights}${trouble}`;
}
