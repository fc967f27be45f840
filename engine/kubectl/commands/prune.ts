import type { KubeObject } from '../../object.ts';
import { apiPath, type Mapper, type Mapping } from '../discovery.ts';
import { CommandFailure, failure, ServerFailure } from '../failure.ts';
import { logHeader } from '../log-line.ts';
import type { Resource } from '../resources/object.ts';
import { listObjects } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { LAST_APPLIED, report } from '../writing.ts';
import type { ApplyRun } from './apply-run.ts';

/** What is pruned when nothing is said. Source: `k8s.io/kubectl/pkg/util/prune/prune.go`. */
const DEFAULTS = [
  'core/v1/ConfigMap',
  'core/v1/Endpoints',
  'core/v1/PersistentVolumeClaim',
  'core/v1/Pod',
  'core/v1/ReplicationController',
  'core/v1/Secret',
  'core/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
  'core/v1/Namespace',
  'core/v1/PersistentVolume',
];

/** What kubectl logs when the default kinds are pruned: the place it logs from is part of the line. */
const DEPRECATED =
  'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.';

/** The kinds that `--prune-allowlist` names, checked before anything is applied. */
export function prunedKinds(names: readonly string[], mapper: Mapper): readonly Mapping[] {
  return (names.length > 0 ? names : DEFAULTS).flatMap((name) => {
    const [group, version, kind, ...rest] = name.split('/');
    if (group === undefined || version === undefined || kind === undefined || rest.length > 0) {
      throw failure(`invalid GroupVersionKind format: ${name}, please follow <group/version/kind>`);
    }
    const apiVersion = group === 'core' || group === '' ? version : `${group}/${version}`;
    const mapping = mapper.kind(apiVersion, kind);
    if (mapping) return [mapping];
    if (names.length === 0) return [];
    throw failure(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  });
}

/** Objects of the pruned kinds that an earlier apply made and this one did not meet. */
export function* orphans(
  session: Session,
  mapping: Mapping,
  namespace: string,
  uids: ReadonlySet<string>,
): Task<Resource[]> {
  const labelSelector = session.flags.string('selector');
  const items = yield* listObjects(session, mapping, namespace, labelSelector ? { query: { labelSelector } } : {});
  return items
    .filter(({ metadata }) => metadata.annotations?.[LAST_APPLIED] !== undefined && !uids.has(metadata.uid))
    .map((object) => ({ mapping, namespace, name: object.metadata.name, object }));
}

/** Says that the default kinds are to change. */
export function* warnDefaults(session: Session): Task {
  if (session.flags.strings('prune-allowlist').length > 0) return;
  yield* session.complain(`${logHeader(yield* session.now(), 'W', 'prune.go:71')} ${DEPRECATED}`);
}

/** Deletes what was applied once and is in no manifest any more. */
export function* prune(run: ApplyRun, kinds: readonly Mapping[]): Task {
  yield* warnDefaults(run.session);
  for (const namespace of run.namespaces) {
    for (const mapping of kinds.filter(({ isNamespaced }) => isNamespaced)) {
      yield* pruneKind(run, mapping, namespace, 'namespaced');
    }
  }
  for (const mapping of kinds.filter(({ isNamespaced }) => !isNamespaced)) {
    yield* pruneKind(run, mapping, '', 'nonNamespaced');
  }
}

function* pruneKind(run: ApplyRun, mapping: Mapping, namespace: string, scope: string): Task {
  try {
    for (const orphan of yield* orphans(run.session, mapping, namespace, run.uids)) yield* pruneOne(run, orphan);
  } catch (error) {
    if (!(error instanceof ServerFailure || error instanceof CommandFailure)) throw error;
    const { group, version, kind } = mapping;
    throw failure(`error pruning ${scope} object ${group}/${version}, Kind=${kind}: ${error.message}`);
  }
}

/** Deletes one object, unless this is only a rehearsal, and says so. */
export function* pruneOne({ session, dryRun, printer }: ApplyRun, resource: Resource): Task {
  if (dryRun !== 'client') yield* deletePruned(session, resource, dryRun === 'server');
  const isNamed = session.flags.string('output') === 'name';
  yield* report(session, resource, 'pruned', dryRun, isNamed ? printer : undefined);
}

function* deletePruned(session: Session, { mapping, namespace, name }: Resource, isRehearsal: boolean): Task {
  const grace = session.flags.int('grace-period');
  const cascade = session.flags.string('cascade');
  const propagationPolicy = `${cascade.charAt(0).toUpperCase()}${cascade.slice(1)}`;
  const body: Partial<KubeObject> & Record<string, unknown> = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy,
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
  };
  const query: Record<string, string> = isRehearsal ? { dryRun: 'All' } : {};
  yield* session.send('DELETE', apiPath(mapping, namespace, name), { body, query });
}
