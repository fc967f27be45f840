import { servedKinds } from '../../apiserver/served.ts';
import type { Client } from '../../client/client.ts';
import type { DeletableResource } from './resources.ts';

interface DiscoveredResource {
  readonly resource: string;
  readonly scope: string;
  readonly verbs: readonly string[];
  readonly responseKind?: { readonly kind: string };
}

interface DiscoveredVersion {
  readonly version: string;
  readonly freshness?: string;
  readonly resources?: readonly DiscoveredResource[];
}

interface DiscoveredGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly DiscoveredVersion[];
}

/** What is served besides the built-in resources, and why that may not be all (`ServerPreferredResources`). */
export interface Discovery {
  readonly resources: readonly DeletableResource[];
  readonly failure?: { readonly groups: number; readonly message: string };
}

/** Asks the server for resources of definitions and of other servers, which come and go, with all of these verbs. */
export function discoverOthers(client: Client, verbs: readonly string[]): Discovery {
  const builtIn = new Set(servedKinds().map(({ group }) => group));
  const resources: DeletableResource[] = [];
  const stale: string[] = [];
  for (const { metadata, versions = [] } of (client.discover().items ?? []) as readonly DiscoveredGroup[]) {
    const group = metadata?.name ?? '';
    if (builtIn.has(group)) continue;
    for (const version of versions) {
      if (version.freshness === 'Stale') stale.push(`${group}/${version.version}`);
      const known = new Set(resources.filter((other) => other.group === group).map(({ plural }) => plural));
      resources.push(...resourcesOf(group, version, verbs).filter(({ plural }) => !known.has(plural)));
    }
  }
  if (stale.length === 0) return { resources };
  const list = stale.sort().map((name) => `${name}: stale GroupVersion discovery: ${name}`);
  const message = `unable to retrieve the complete list of server APIs: ${list.join(', ')}`;
  return { resources, failure: { groups: stale.length, message } };
}

function resourcesOf(
  group: string,
  { version, resources = [] }: DiscoveredVersion,
  wanted: readonly string[],
): readonly DeletableResource[] {
  return resources
    .filter(({ verbs }) => wanted.every((verb) => verbs.includes(verb)))
    .map(({ resource: plural, scope, responseKind }) => ({
      resource: `${plural}.${group}`,
      group,
      version,
      plural,
      kind: responseKind?.kind ?? '',
      namespaced: scope === 'Namespaced',
    }));
}
