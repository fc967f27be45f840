import type { KubeObject, Moment, Session } from '../../engine/index.ts';

/** What must hold after every settled stretch of any session; each answers the faults it finds. */
export const checkers: Readonly<Record<string, (session: Session) => string[]>> = {
  'no turn fails': (session) =>
    session
      .trace()
      .flatMap((record) => (record.failure ? [`step ${record.step} ${record.component}: ${record.failure}`] : [])),
  'no address twice': (session) => addressClashes(session.moment()),
  'no pod lost': (session) => lostPods(session),
  'versions only grow': (session) => shrinkingVersions(session),
  'owned by somebody who is there': (session) => orphans(session.moment()),
};

/** Faults of controllers that had time to act: wanted and actual agree. Only where everything runs. */
export function unconverged(session: Session): string[] {
  const moment = session.moment();
  return [...unconvergedSets(moment), ...unconvergedDeployments(moment)];
}

function unconvergedSets(moment: Moment): string[] {
  return moment
    .reader('statefulsets.apps')
    .list()
    .flatMap(({ metadata, spec }) => {
      const mine = moment.reader('pods').by('owner', metadata.uid);
      const live = mine.filter((pod) => !pod.metadata.deletionTimestamp);
      return live.length === spec.replicas
        ? []
        : [`${metadata.name} wants ${spec.replicas} pods and has ${live.length}`];
    });
}

function unconvergedDeployments(moment: Moment): string[] {
  return moment
    .reader('deployments.apps')
    .list()
    .filter((deployment) => !deployment.spec.paused)
    .flatMap((deployment) => {
      const { name, namespace } = deployment.metadata;
      const wanted = deployment.spec.replicas as number;
      const mine = podsOf(moment, deployment).filter((pod) => !pod.metadata.deletionTimestamp);
      // A rollout whose new pods never get ready stops with the surge beside the old ones.
      const surge = deployment.status?.unavailableReplicas ? Math.ceil(wanted / 4) : 0;
      return wanted <= mine.length && mine.length <= wanted + surge
        ? []
        : [`${namespace}/${name} wants ${wanted} pods and has ${mine.length}`];
    });
}

function podsOf(moment: Moment, deployment: KubeObject): KubeObject[] {
  const sets = moment.reader('replicasets.apps').by('owner', deployment.metadata.uid);
  return sets.flatMap((set) => moment.reader('pods').by('owner', set.metadata.uid));
}

function addressClashes(moment: Moment): string[] {
  const owners = new Map<string, string>();
  const clashes: string[] = [];
  for (const pod of moment.reader('pods').list()) {
    const { podIP, phase } = pod.status ?? {};
    if (!podIP || pod.spec.hostNetwork || phase === 'Succeeded' || phase === 'Failed') continue;
    const other = owners.get(podIP);
    if (other) clashes.push(`${podIP} belongs to ${other} and ${pod.metadata.name}`);
    owners.set(podIP, pod.metadata.name);
  }
  return clashes;
}

/** A pod may only vanish after somebody asked for its deletion. */
function lostPods(session: Session): string[] {
  return session
    .record('pods')
    .filter(
      ({ type, previous }) =>
        type === 'DELETED' &&
        previous &&
        !previous.metadata.deletionTimestamp &&
        previous.spec.nodeName &&
        previous.status?.phase === 'Running',
    )
    .map(
      ({ object, revision }) =>
        `${object.metadata.name} vanished at revision ${revision} while it was running and nobody had deleted it`,
    );
}

function shrinkingVersions(session: Session): string[] {
  const faults: string[] = [];
  let last = 0;
  for (const { object, type, revision } of session.record('pods')) {
    if (revision <= last) faults.push(`revision ${revision} after ${last}`);
    if (type !== 'DELETED' && Number(object.metadata.resourceVersion) !== revision) {
      faults.push(
        `${object.metadata.name} has resourceVersion ${object.metadata.resourceVersion} at revision ${revision}`,
      );
    }
    last = revision;
  }
  return faults;
}

function orphans(moment: Moment): string[] {
  const uids = new Set(
    moment
      .reader('replicasets.apps')
      .list()
      .map((set) => set.metadata.uid),
  );
  return moment
    .reader('pods')
    .list()
    .flatMap((pod) => (pod.metadata.ownerReferences ?? []).map((owner) => ({ pod, owner })))
    .filter(({ pod, owner }) => owner.kind === 'ReplicaSet' && !uids.has(owner.uid) && !pod.metadata.deletionTimestamp)
    .map(({ pod, owner }) => `${pod.metadata.name} belongs to ReplicaSet ${owner.name}, which is gone`);
}
