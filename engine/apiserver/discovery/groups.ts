import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64OfBytes } from '../../base64.ts';
import type { Store } from '../../store/store.ts';
import { SERVER_ADDRESS } from '../address.ts';
import { API_SERVICES } from '../aggregator/api-services.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { kindsIn } from '../served.ts';
import { compareVersions } from '../version-order.ts';

/**
 * Groups in the order that discovery lists them (priorities of the API services, `pkg/controlplane/apiserver/apis.go`);
 * others follow by name.
 */
const GROUP_ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** A served group with its versions, the preferred one first. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly string[];
}

/** All served groups, core (`''`) first; those of other servers whether these answer or not. */
export function servedGroups(store: Store): readonly ServedGroup[] {
  const versions = new Map<string, Set<string>>();
  const add = ({ group, version }: { readonly group: string; readonly version: string }) =>
    versions.set(group, (versions.get(group) ?? new Set()).add(version));
  for (const kind of kindsIn(store)) add(kind);
  for (const { spec } of store.at(API_SERVICES).list()) if (spec.service) add(spec);
  const place = (name: string): number => (GROUP_ORDER.includes(name) ? GROUP_ORDER.indexOf(name) : GROUP_ORDER.length);
  return [...versions.entries()]
    .map(([name, set]) => ({ name, versions: [...set].sort((one, other) => compareVersions(other, one)) }))
    .sort((one, other) => place(one.name) - place(other.name) || (one.name < other.name ? -1 : 1));
}

/** `/api`. */
export function coreVersions(): object {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: SERVER_ADDRESS }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function groupBody({ name, versions }: ServedGroup): {
  readonly name: string;
  readonly versions: readonly object[];
  readonly preferredVersion: unknown;
} {
  const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

/** `/apis`. */
export function groupList(store: Store): object {
  const groups = servedGroups(store).filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupBody) };
}

/** `/apis/apps`. */
export function groupDocument(group: ServedGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) };
}

/** `/apis/apps/v1`, `/api/v1`: the resources of a version; core's document has no apiVersion. */
export function resourceList(store: Store, group: string, version: string): object {
  const kinds = kindsOf(store, group, version);
  const resources = kinds.flatMap((kind) => [resourceEntry(kind, kindsIn(store)), ...subresourceEntries(kind)]);
  const groupVersion = apiVersionOf({ group, version });
  return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion, resources };
}

/** The kinds of a version by plural name. */
export function kindsOf(store: Store, group: string, version: string): readonly Kind[] {
  const kinds = kindsIn(store).filter((kind) => kind.group === group && kind.version === version);
  return kinds.sort((one, other) => (one.plural < other.plural ? -1 : 1));
}

function resourceEntry(kind: Kind, all: readonly Kind[]): object {
  const { plural: name, singular: singularName, namespaced, verbs, shortNames, categories } = kind;
  return {
    name,
    singularName,
    namespaced,
    kind: kind.kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(verbs.includes('watch') ? { storageVersionHash: storageVersionHash(kind, all) } : {}),
  };
}

function subresourceEntries(kind: Kind): readonly object[] {
  return sortedSubresources(kind).map(({ name, body, verbs }) => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(body === undefined || body.group === '' ? {} : { group: body.group, version: body.version }),
    kind: body?.kind ?? kind.kind,
    verbs,
  }));
}

export function sortedSubresources(kind: Kind): Kind['subresources'] {
  return [...kind.subresources].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Tells clients when the stored form of a kind changes: the start of a hash over what is stored. */
function storageVersionHash(kind: Kind, all: readonly Kind[]): string {
  const stored = all.find((candidate) => candidate.resource === kind.resource && candidate.view === undefined) ?? kind;
  const bytes = sha256(utf8ToBytes(`${stored.group}/${stored.storageVersion ?? stored.version}/${stored.kind}`));
  return base64OfBytes(bytes.subarray(0, 8));
}
