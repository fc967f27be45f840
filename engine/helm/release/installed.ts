import { resourceName } from '../../kubectl/discovery.ts';
import type { Task } from '../../kubectl/task.ts';
import type { KubeObject } from '../../object.ts';
import { type Cluster, type Placed, problemOf } from '../cluster.ts';
import { HelmFailure } from '../failure.ts';
import { objectsOf } from '../render/manifests.ts';
import type { Release } from './release.ts';

const MANAGER = 'app.kubernetes.io/managed-by';
const OWNER_NAME = 'meta.helm.sh/release-name';
const OWNER_NAMESPACE = 'meta.helm.sh/release-namespace';

/** The objects of a release where they belong. */
export function* placedObjects(cluster: Cluster, release: Release): Task<Placed[]> {
  const result: Placed[] = [];
  for (const { object } of objectsOf(release.manifest))
    result.push(yield* cluster.placed(owned(object, release), release.namespace));
  return result;
}

/** The object with the marks that say whose it is. */
function owned(object: KubeObject, { name, namespace }: Release): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, [MANAGER]: 'Helm' },
      annotations: { ...annotations, [OWNER_NAME]: name, [OWNER_NAMESPACE]: namespace },
    },
  };
}

/** Refuses objects that are there and belong to somebody else. */
export function* checkOwners(
  cluster: Cluster,
  release: Release,
  objects: readonly Placed[],
  doing: string,
  isTaking: boolean,
): Task {
  for (const placed of isTaking ? [] : objects) {
    const live = yield* cluster.live(placed);
    const faults = live ? faultsOf(live, release) : [];
    if (faults.length === 0) continue;
    throw new HelmFailure(
      `unable to continue with ${doing}: ${placed.object.kind} ${JSON.stringify(placed.name)} in namespace ${JSON.stringify(placed.namespace)} exists and cannot be imported into the current release: invalid ownership metadata; ${faults.join('; ')}`,
    );
  }
}

function faultsOf(live: KubeObject, release: Release): string[] {
  const fault = (
    what: string,
    map: Readonly<Record<string, string>> | undefined,
    key: string,
    wanted: string,
  ): string[] => {
    if (map?.[key] === wanted) return [];
    if (map?.[key] === undefined)
      return [`${what} validation error: missing key ${JSON.stringify(key)}: must be set to ${JSON.stringify(wanted)}`];
    return [
      `${what} validation error: key ${JSON.stringify(key)} must equal ${JSON.stringify(wanted)}: current value is ${JSON.stringify(map[key])}`,
    ];
  };
  const { labels, annotations } = live.metadata;
  return [
    ...fault('label', labels, MANAGER, 'Helm'),
    ...fault('annotation', annotations, OWNER_NAME, release.name),
    ...fault('annotation', annotations, OWNER_NAMESPACE, release.namespace),
  ];
}

/**
 * Brings the cluster from one revision to the next: makes and changes what the new one has, then deletes what only the
 * old one had. Source: `helm.sh/helm/v4/pkg/kube/client.go`, `Update`.
 */
export function* moveTo(cluster: Cluster, before: Release | undefined, after: Release, isForced: boolean): Task {
  const wanted = yield* placedObjects(cluster, after);
  const present = before ? yield* placedObjects(cluster, before) : [];
  for (const placed of wanted) {
    try {
      yield* write(
        cluster,
        placed,
        present.find((one) => isSame(one, placed)),
        after,
        isForced,
      );
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      throw new HelmFailure(
        `${after.apply_method === 'ssa' ? `server-side apply failed for object ${placed.namespace}/${placed.name} ${placed.object.apiVersion}, Kind=${placed.object.kind}` : `failed to update ${resourceName(placed.mapping)}`}: ${problem}`,
      );
    }
  }
  yield* removeAll(
    cluster,
    present.filter((one) => !wanted.some((other) => isSame(one, other))),
  );
}

function* write(
  cluster: Cluster,
  placed: Placed,
  original: Placed | undefined,
  release: Release,
  isForced: boolean,
): Task {
  if (release.apply_method === 'ssa') return yield* cluster.apply(placed, isForced);
  const live = yield* cluster.live(placed);
  yield* live ? cluster.merge(placed, original?.object, live) : cluster.create(placed);
}

const isSame = (one: Placed, other: Placed) =>
  one.name === other.name &&
  one.namespace === other.namespace &&
  one.mapping.kind === other.mapping.kind &&
  one.mapping.group === other.mapping.group;

/** Deletes objects, the last installed first. Answers those that want to be kept. */
export function* removeAll(cluster: Cluster, objects: readonly Placed[]): Task<Placed[]> {
  const kept: Placed[] = [];
  for (const placed of [...objects].reverse()) {
    if (placed.object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') kept.push(placed);
    else yield* cluster.remove(placed);
  }
  return kept;
}
