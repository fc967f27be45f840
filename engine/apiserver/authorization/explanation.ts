import type { KubeObject } from '../../object.ts';
import { factsAt } from './access.ts';
import type { Attributes } from './attributes.ts';
import { type Authorizer, type Decision, unionDecision } from './authorizer.ts';
import {
  CLUSTER_ROLES,
  type Grant,
  isSubject,
  type PolicyReader,
  ROLE_BINDINGS,
  ROLES,
  referencedRules,
  type Subject,
} from './rbac/binding.ts';
import { scopesOf } from './rbac/rbac.ts';
import { type PolicyRule, ruleAllows, type Shortfall, shortfalls } from './rbac/rule.ts';

/** A role or a binding, by name. */
interface Named {
  readonly kind: string;
  readonly name: string;
  /** Absent at the cluster scope. */
  readonly namespace?: string;
}

/** One rule of one role, and the binding through which it counts for the user, if there is one. */
export interface RuleReference {
  readonly role: Named;
  /** Place of the rule in the role, from 0. */
  readonly index: number;
  readonly rule: PolicyRule;
  readonly binding?: Named;
  readonly subject?: Subject;
}

/** A rule that does not allow the request, and what it lacks; `binding`: it would, but is not bound to the user here. */
export interface NearMiss extends RuleReference {
  readonly lacks: readonly (Shortfall | 'binding')[];
}

/** Why a request is allowed or not, in full. */
export interface AccessExplanation {
  readonly attributes: Attributes;
  readonly decision: Decision;
  /** What each authoriser said, in the order in which they are asked; those after a decision are not asked. */
  readonly authorizers: readonly ({ readonly mode: string } & Decision)[];
  /** The rule of RBAC that allows it. */
  readonly allowedBy?: RuleReference;
  /** Where nobody allows it: the rules that come nearest, nearest first. */
  readonly nearest: readonly NearMiss[];
}

/** So many near misses are worth a look. */
const SHOWN = 5;

/** Recomputes a decision from the objects of its moment. Pure: the same objects give the same explanation. */
export function explainAccess(
  reader: PolicyReader,
  chain: readonly Authorizer[],
  attributes: Attributes,
): AccessExplanation {
  const facts = factsAt(reader);
  const authorizers: ({ readonly mode: string } & Decision)[] = [];
  for (const authorizer of chain) {
    const said = authorizer.authorize(facts, attributes);
    authorizers.push({ mode: authorizer.mode, ...said });
    if (said.decision !== 'NoOpinion') break;
  }
  const decision = unionDecision(chain, facts, attributes);
  const isByRule = decision.decision === 'Allow' && authorizers.at(-1)?.mode === 'RBAC';
  const grants = scopesOf(attributes).flatMap((scope) => facts.grants(attributes.user, scope));
  const allowedBy = isByRule ? allowingRule(grants, attributes) : undefined;
  return {
    attributes,
    decision,
    authorizers,
    ...(allowedBy === undefined ? {} : { allowedBy }),
    nearest: decision.decision === 'Allow' ? [] : nearestRules(reader, grants, attributes),
  };
}

function named({ kind, metadata: { name, namespace } }: KubeObject): Named {
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function referencesOf({ binding, subject, rules }: Grant): readonly RuleReference[] {
  const { kind, name } = binding.roleRef;
  const { namespace } = binding.metadata;
  const role: Named = { kind, name, ...(kind === 'Role' && namespace !== undefined ? { namespace } : {}) };
  return rules.map((rule, index) => ({ role, index, rule, binding: named(binding), subject }));
}

function allowingRule(grants: readonly Grant[], attributes: Attributes): RuleReference | undefined {
  return grants.flatMap(referencesOf).find(({ rule }) => ruleAllows(rule, attributes));
}

function nearestRules(reader: PolicyReader, grants: readonly Grant[], attributes: Attributes): readonly NearMiss[] {
  const bound = grants
    .flatMap(referencesOf)
    .map((reference) => ({ ...reference, lacks: shortfalls(reference.rule, attributes) }))
    // A rule about something else entirely is not near, even where its verb fits.
    .filter(({ lacks }) => !lacks.includes('resource') && !lacks.includes('nonResourceURL'));
  const all = [...bound, ...boundElsewhere(reader, attributes), ...unboundRoles(reader, attributes)];
  return all.sort((one, other) => one.lacks.length - other.lacks.length).slice(0, SHOWN);
}

/** Rules that would allow it, bound to the user in other namespaces only. */
function boundElsewhere(reader: PolicyReader, attributes: Attributes): readonly NearMiss[] {
  const { user, namespace } = attributes;
  return reader(ROLE_BINDINGS)
    .list()
    .filter((binding) => binding.metadata.namespace !== namespace)
    .flatMap((binding) => {
      const home = binding.metadata.namespace ?? '';
      const subject = ((binding.subjects ?? []) as readonly Subject[]).find((each) => isSubject(user, each, home));
      if (subject === undefined) return [];
      return referencesOf({ binding, subject, ...referencedRules(reader, binding.roleRef, home) });
    })
    .filter(({ rule }) => ruleAllows(rule, attributes))
    .map((reference) => ({ ...reference, lacks: ['binding'] as const }));
}

/** Roles that would allow it if they were bound to the user, those that allow the least besides first. */
function unboundRoles(reader: PolicyReader, attributes: Attributes): readonly NearMiss[] {
  const local = attributes.namespace === '' ? [] : reader(ROLES).list(attributes.namespace);
  const roles = [...local, ...reader(CLUSTER_ROLES).list()].filter(
    ({ metadata }) => !metadata.name.startsWith('system:'),
  );
  return roles
    .map((role) => ({ role, rules: (role.rules ?? []) as readonly PolicyRule[] }))
    .sort((one, other) => one.rules.length - other.rules.length)
    .flatMap(({ role, rules }) => {
      const index = rules.findIndex((rule) => ruleAllows(rule, attributes));
      const rule = rules[index];
      return rule === undefined ? [] : [{ role: named(role), index, rule, lacks: ['binding'] as const }];
    });
}
