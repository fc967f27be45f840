import { at } from './codec/json.ts';
import { failure } from './failure.ts';
import type { Task } from './task.ts';

/** A resource that the server serves. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  /** Plural: `pods`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** `apps/v1`, `v1`. */
export function apiVersionOf(mapping: Mapping): string {
  return mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version;
}

/** `deployments.apps`, `pods`. */
export function resourceName(mapping: Mapping): string {
  return mapping.group ? `${mapping.resource}.${mapping.group}` : mapping.resource;
}

/** `deployment.apps`, `pod`: how kubectl names an object's kind in its messages. */
export function kindName(mapping: Mapping): string {
  const kind = mapping.kind.toLowerCase();
  return mapping.group ? `${kind}.${mapping.group}` : kind;
}

/** The path of a collection, of an object, or of its subresource. */
export function apiPath(mapping: Mapping, namespace: string, name?: string, subresource?: string): string {
  const root = mapping.group ? `/apis/${mapping.group}/${mapping.version}` : `/api/${mapping.version}`;
  const scope = mapping.isNamespaced && namespace ? `/namespaces/${pathSegment('namespace', namespace)}` : '';
  const parts = [`${root}${scope}/${mapping.resource}`, name && pathSegment('resource name', name), subresource];
  return parts.filter((part) => part !== undefined).join('/');
}

/** A name as part of a path. */
export function pathSegment(what: string, name: string): string {
  if (/^[\w.:~-]+$/.test(name) && name !== '.' && name !== '..') return name;
  const problems = ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
  if (name === '.' || name === '..') problems.push(`may not be '${name}'`);
  if (problems.length > 0) throw failure(`invalid ${what} ${JSON.stringify(name)}: [${problems.join(' ')}]`);
  return encodeURIComponent(name.replace(LONE_SURROGATE, '\uFFFD'));
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

type Get = (path: string, accept?: string) => Task<unknown>;

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** What a server serves. */
interface Discovered {
  readonly mappings: readonly Mapping[];
  /** Group versions whose servers do not answer: `metrics.k8s.io/v1beta1`. */
  readonly stale: readonly string[];
}

/** Asks the server for everything it serves: in one document a root where it can, one a group version otherwise. */
export function* discover(get: Get): Task<Discovered> {
  const core = yield* get('/api', AGGREGATED);
  const groups = yield* get('/apis', AGGREGATED);
  const mappings = [...(yield* mappingsOf(core, get)), ...(yield* mappingsOf(groups, get))];
  return { mappings, stale: staleVersions(groups) };
}

function staleVersions(root: unknown): readonly string[] {
  return ((at(root, 'items') ?? []) as readonly unknown[]).flatMap((group) =>
    ((at(group, 'versions') ?? []) as readonly Record<string, unknown>[])
      .filter(isStale)
      .map(({ version }) => `${at(group, 'metadata', 'name')}/${version}`),
  );
}

/** Nothing is believed of what is no longer known for sure (`k8s.io/client-go/discovery/aggregated_discovery.go`). */
function isStale(version: Record<string, unknown>): boolean {
  return version.freshness === 'Stale';
}

/** Documents that were read before. */
const known = new WeakMap<object, readonly Mapping[]>();

function* mappingsOf(root: unknown, get: Get): Task<readonly Mapping[]> {
  if (at(root, 'kind') === 'APIGroupDiscoveryList') {
    const document = root as object;
    const mappings = known.get(document) ?? (at(root, 'items') ?? []).flatMap(aggregatedGroup);
    known.set(document, mappings);
    return mappings;
  }
  const mappings: Mapping[] = [];
  for (const version of (at(root, 'versions') ?? []) as string[]) {
    mappings.push(...legacyResources(yield* get(`/api/${version}`), '', version));
  }
  for (const group of at(root, 'groups') ?? []) {
    for (const { groupVersion, version } of group.versions) {
      mappings.push(...legacyResources(yield* get(`/apis/${groupVersion}`), group.name, version));
    }
  }
  return mappings;
}

function aggregatedGroup(group: unknown): Mapping[] {
  const name = at(group, 'metadata', 'name') ?? '';
  return (at(group, 'versions') ?? []).flatMap((version: Record<string, unknown>) =>
    (isStale(version) ? [] : (at(version, 'resources') ?? [])).map((resource: Record<string, unknown>) => ({
      group: name,
      version: version.version,
      resource: resource.resource,
      singular: resource.singularResource || String(at(resource, 'responseKind', 'kind') ?? '').toLowerCase(),
      kind: at(resource, 'responseKind', 'kind') ?? '',
      isNamespaced: resource.scope === 'Namespaced',
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      verbs: resource.verbs ?? [],
      subresources: (at(resource, 'subresources') ?? []).map((sub: { subresource: string }) => sub.subresource),
    })),
  );
}

function legacyResources(list: unknown, group: string, version: string): Mapping[] {
  const resources = (at(list, 'resources') ?? []) as Record<string, unknown>[];
  return resources
    .filter((resource) => !String(resource.name).includes('/'))
    .map((resource) => ({
      group,
      version,
      resource: String(resource.name),
      singular: String(resource.singularName || String(resource.kind).toLowerCase()),
      kind: String(resource.kind),
      isNamespaced: resource.namespaced === true,
      shortNames: (resource.shortNames ?? []) as string[],
      categories: (resource.categories ?? []) as string[],
      verbs: (resource.verbs ?? []) as string[],
      subresources: resources
        .map((other) => String(other.name))
        .filter((other) => other.startsWith(`${resource.name}/`))
        .map((other) => other.slice(String(resource.name).length + 1)),
    }));
}

/** Finds resources by the names people type. */
export class Mapper {
  /** What is to be said of the names that were looked up. */
  readonly warnings = new Set<string>();
  readonly mappings: readonly Mapping[];
  /** Resources that were served once. */
  private readonly gone: readonly Mapping[];
  /** Group versions about which the server knows nothing certain. */
  readonly stale: readonly string[];

  constructor({ mappings, stale }: Discovered, gone: readonly Mapping[] = []) {
    this.mappings = mappings;
    this.gone = gone;
    this.stale = stale;
  }

  /** `po`, `pods`, `Pod`, `deployments.apps`, `deployment.v1.apps`. Throws for a type nobody serves. */
  resource(type: string): Mapping {
    const found = this.find(type);
    if (found) return found;
    throw failure(`the server doesn't have a resource type ${JSON.stringify(type.split('.')[0] as string)}`);
  }

  find(type: string): Mapping | undefined {
    const found = findIn(this.mappings, type);
    if (found?.shortNames.includes(type)) this.warnOfOthers(found, type);
    return found ?? findIn(this.gone, type);
  }

  /** A short name that several groups have means the first one. */
  private warnOfOthers(found: Mapping, type: string): void {
    for (const other of this.mappings) {
      if (other.group === found.group || !other.shortNames.includes(type)) continue;
      const name = resourceName(other);
      this.warnings.add(`short name ${JSON.stringify(type)} could also match lower priority resource ${name}`);
    }
  }

  /** The resources of a category such as `all`, each in its first version. */
  category(name: string): Mapping[] {
    const members = this.mappings.filter(
      ({ categories, verbs }) => categories.includes(name) && verbs.includes('list'),
    );
    return members.filter((member) => members.find((other) => resourceName(other) === resourceName(member)) === member);
  }

  /** The resource that stores objects of a kind. */
  kind(apiVersion: string, kind: string): Mapping | undefined {
    return this.mappings.find((mapping) => mapping.kind === kind && apiVersionOf(mapping) === apiVersion);
  }
}

function findIn(mappings: readonly Mapping[], type: string): Mapping | undefined {
  const wanted = type.toLowerCase();
  const dot = wanted.indexOf('.');
  if (dot < 0) return inGroup(mappings, wanted, '');
  const name = wanted.slice(0, dot);
  const rest = wanted.slice(dot + 1);
  const versioned = /^(v\d\w*)(?:\.(.*))?$/.exec(rest);
  if (versioned) {
    const group = versioned[2] ?? '';
    // Without a group `v1` may be the version of the core group only with a dot behind it.
    if (versioned[2] === undefined) return undefined;
    const inThatGroup = mappings.filter((mapping) => isNamed(mapping, name) && mapping.group === group);
    // A short name stands for the resource whatever version is given.
    return inThatGroup.find(({ version, shortNames }) => version === versioned[1] || shortNames.includes(name));
  }
  return inGroup(mappings, name, rest);
}

/** By plural before singular before short name; a group may be given by its beginning. */
function inGroup(mappings: readonly Mapping[], name: string, group: string): Mapping | undefined {
  const matching = mappings.filter((mapping) => (group ? mapping.group.startsWith(group) : true));
  const exact = matching.filter((mapping) => mapping.group === group);
  for (const candidates of group && exact.length > 0 ? [exact, matching] : [matching]) {
    const found =
      candidates.find((mapping) => mapping.resource === name) ??
      candidates.find((mapping) => mapping.singular === name || mapping.kind.toLowerCase() === name) ??
      candidates.find((mapping) => mapping.shortNames.includes(name));
    if (found) return found;
  }
  return undefined;
}

function isNamed(mapping: Mapping, name: string): boolean {
  return (
    mapping.resource === name ||
    mapping.singular === name ||
    mapping.kind.toLowerCase() === name ||
    mapping.shortNames.includes(name)
  );
}
