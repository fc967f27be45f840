import { isEqual } from '../../apiserver/equality.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { type LabelSelectorSpec, matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';

const RESOURCE = 'clusterroles.rbac.authorization.k8s.io';

/** Puts roles like `admin`, `edit` and `view` together from others (`pkg/controller/clusterroleaggregation`). */
export const clusterRoleAggregationController = controller({
  name: 'clusterrole-aggregation-controller',
  watches: [{ resource: RESOURCE }],
  // Any role may be a part of any other.
  keysOf: (turn) => aggregated(turn).map(({ metadata }) => metadata.name),
  sync: syncRole,
});

function aggregated(turn: Turn): readonly KubeObject[] {
  return turn
    .cache(RESOURCE)
    .list()
    .filter(({ aggregationRule }) => aggregationRule !== undefined);
}

/** Gives a role the rules of all that it is made up of, each rule once, in the order of their names. */
export function syncRole(turn: Turn, client: Client, key: string): void {
  const role = turn.cache(RESOURCE).get('', key);
  if (role?.aggregationRule === undefined) return;
  const rules = rulesOfParts(turn, role);
  if (isEqual(rules, role.rules ?? [])) return;
  client.update(RESOURCE, { ...role, rules });
}

function rulesOfParts(turn: Turn, role: KubeObject): readonly object[] {
  const rules: object[] = [];
  for (const selector of role.aggregationRule.clusterRoleSelectors as readonly LabelSelectorSpec[]) {
    for (const part of turn.cache(RESOURCE).list()) {
      if (part.metadata.name === role.metadata.name) continue;
      if (!matchesLabelSelector(selector, part.metadata.labels)) continue;
      for (const rule of (part.rules ?? []) as readonly object[]) {
        if (!rules.some((each) => isEqual(each, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}
