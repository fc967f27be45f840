import { servedKinds } from '../../apiserver/served.ts';

/** A resource that controllers of all kinds deal with: what discovery says of it. */
export interface DeletableResource {
  /** `pods`, `deployments.apps`: its name for the client and in caches. */
  readonly resource: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

let known: readonly DeletableResource[] | undefined;

/** Every served resource whose objects can be listed, watched and deleted. Two views of one storage count once. */
export function deletableResources(): readonly DeletableResource[] {
  known ??= servedKinds()
    .filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch') && verbs.includes('delete'))
    .filter(({ resource }, index, all) => all.findIndex((other) => other.resource === resource) === index)
    .map(({ resource, group, version, plural, kind, namespaced }) => ({
      resource,
      group,
      version,
      plural,
      kind,
      namespaced,
    }));
  return known;
}

/** The resource of a kind such as an owner reference names it: `('apps/v1', 'ReplicaSet')`. */
export function resourceOfKind(apiVersion: string, kind: string): DeletableResource | undefined {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const resources = deletableResources();
  for (let at = 0; at < resources.length; at++) {
    const candidate = resources[at] as DeletableResource;
    if (candidate.kind === kind && candidate.group === group) return candidate;
  }
  return undefined;
}
