import type { QuotaEvaluator } from './evaluator.ts';

/** Resources whose number had a name of its own before `count/` came. */
const NAMED = ['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'];

/** Counts the objects of a resource, for `count/<resource>` (`pkg/quota/v1/generic`). */
export function objectCount(resource: string): QuotaEvaluator {
  const names = [`count/${resource}`, ...(NAMED.includes(resource) ? [resource] : [])];
  const usage = Object.fromEntries(names.map((name) => [name, '1']));
  return {
    resource,
    handles: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    matchingResources: (asked) => asked.filter((name) => names.includes(name)),
    matchesScope: () => false,
    usage: () => usage,
  };
}
