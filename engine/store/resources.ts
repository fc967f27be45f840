import type { KubeObject } from '../object.ts';
import { podClaimsOf } from '../pod-claim.ts';
import { claimNamesOf } from '../volume/claim.ts';

/** An index over one resource: the values under which an object is found. Kept for every revision, like the objects. */
export interface ResourceIndex {
  readonly name: string;
  readonly values: (object: KubeObject) => readonly string[];
  /** The part that the values follow from, besides name and namespace: versions that share it have the same values. */
  readonly part: (object: KubeObject) => unknown;
}

const ownersOf = ({ metadata }: KubeObject) => metadata.ownerReferences;
const specOf = ({ spec }: KubeObject) => spec;

const owner: ResourceIndex = {
  name: 'owner',
  part: ownersOf,
  values: (object) => object.metadata.ownerReferences?.map((reference) => reference.uid) ?? [],
};

const nodeName: ResourceIndex = {
  name: 'nodeName',
  part: specOf,
  values: (object) => (object.spec?.nodeName ? [object.spec.nodeName] : []),
};

/** Under this value of `claim` are all pods that use claims: few components need to hear of the others. */
export const ANY_CLAIM = '*';

/** The claims that a pod uses, as `namespace/name`. */
const claim: ResourceIndex = {
  name: 'claim',
  part: specOf,
  values(pod) {
    const names = claimNamesOf(pod);
    return names.length === 0 ? names : [ANY_CLAIM, ...names.map((name) => `${pod.metadata.namespace}/${name}`)];
  },
};

/** Under this value of `deviceClaim` are all pods that claim devices. */
export const ANY_DEVICE_CLAIM = '*';

const deviceClaim: ResourceIndex = {
  name: 'deviceClaim',
  part: specOf,
  values: (pod) => (podClaimsOf(pod).length > 0 ? DEVICE_CLAIM : NO_DEVICE_CLAIM),
};

const DEVICE_CLAIM: readonly string[] = [ANY_DEVICE_CLAIM];
const NO_DEVICE_CLAIM: readonly string[] = [];

/** Objects that no controller owns, by namespace: whom a controller may adopt. */
const orphan: ResourceIndex = {
  name: 'orphan',
  part: ownersOf,
  values: (object) =>
    object.metadata.ownerReferences?.some((reference) => reference.controller) ? [] : [object.metadata.namespace ?? ''],
};

/** Kinds whose controllers own pods, as values of `controllerKind`. */
const POD_CONTROLLERS = ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'] as const;

/**
 * Pods by the kind of their controller; those without one concern every controller that may adopt them. So each hears of
 * its own kind's pods only.
 */
const controllerKind: ResourceIndex = {
  name: 'controllerKind',
  part: ownersOf,
  values(pod) {
    const controller = pod.metadata.ownerReferences?.find((reference) => reference.controller);
    return controller === undefined ? POD_CONTROLLERS : [controller.kind];
  },
};

/** The watch of a controller whose objects own pods. */
export function ownPods(kind: (typeof POD_CONTROLLERS)[number]): {
  readonly resource: 'pods';
  readonly where: { readonly index: 'controllerKind'; readonly value: string };
} {
  return { resource: 'pods', where: { index: 'controllerKind', value: kind } };
}

/**
 * Indexes by resource (`pods`, `endpointslices.discovery.k8s.io`). Every resource has `owner`.
 * Add one here when a component looks objects up by something other than their name.
 */
const RESOURCE_INDEXES: Readonly<Record<string, readonly ResourceIndex[]>> = {
  pods: [owner, nodeName, claim, deviceClaim, orphan, controllerKind],
  'replicasets.apps': [owner, orphan],
  'controllerrevisions.apps': [owner, orphan],
  nodes: [owner, { name: 'name', part: ({ metadata }) => metadata.name, values: ({ metadata }) => [metadata.name] }],
  'endpointslices.discovery.k8s.io': [
    owner,
    {
      name: 'service',
      part: ({ metadata }) => metadata.labels,
      values: (object) => {
        const name = object.metadata.labels?.['kubernetes.io/service-name'];
        return name ? [`${object.metadata.namespace}/${name}`] : [];
      },
    },
  ],
};

const COMMON_INDEXES: readonly ResourceIndex[] = [owner];

export function indexesOf(resource: string): readonly ResourceIndex[] {
  return RESOURCE_INDEXES[resource] ?? COMMON_INDEXES;
}
