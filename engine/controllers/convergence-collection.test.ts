import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import { dice, type Pick, PODS, strike, template, workload } from './convergence.testing.ts';
import { ControlPlane } from './testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const MERGE = 'application/merge-patch+json';
const SEEDS = [1, 2, 3, 4, 5, 6];

/** What was there at one step and no longer at the next, with the cluster as it was before. */
function* vanished(plane: ControlPlane, resource: string) {
  const { session } = plane;
  for (let step = 1; step < session.head.step; step++) {
    const [before, after] = [session.moment(step), session.moment(step + 1)];
    if (before.revision === after.revision) continue;
    for (const object of before.reader(resource).list('default')) {
      if (after.reader(resource).get('default', object.metadata.name) === undefined) yield { object, before, after };
    }
  }
}

describe('the garbage collector', () => {
  const COLLECTOR = 'generic-garbage-collector';

  /** Maps that own one another at random, some of them twice. */
  function grow(plane: ControlPlane, pick: Pick): KubeObject[] {
    const maps: KubeObject[] = [];
    for (let index = 0; index < 14; index++) {
      const owners = new Set(index < 3 ? [] : [maps[pick(index)], maps[pick(index)]].slice(pick(2)));
      const ownerReferences = [...owners].flatMap((owner) =>
        owner ? [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata.name, uid: owner.metadata.uid }] : [],
      );
      maps.push(plane.request('POST', MAPS, { metadata: { name: `map-${index}`, ownerReferences } }));
    }
    return maps;
  }

  it.each(SEEDS)('takes what nobody owns any more and nothing else, seed %i', (seed) => {
    const plane = new ControlPlane(seed);
    const pick = dice(seed);
    const byUser = new Set<string>();
    const maps = grow(plane, pick);
    for (let round = 0; round < 6; round++) {
      const { name } = (maps[pick(maps.length)] as KubeObject).metadata;
      if (!byUser.has(name) && plane.list(MAPS).some(({ metadata }) => metadata.name === name)) {
        const propagationPolicy = ['Background', 'Foreground', 'Orphan'][pick(3)];
        plane.request('DELETE', `${MAPS}/${name}`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy });
        byUser.add(name);
      }
      strike(plane, COLLECTOR, pick);
      plane.session.advance(pick(800));
    }
    plane.session.advance(60_000);
    for (const { object, before } of vanished(plane, 'configmaps')) {
      if (byUser.has(object.metadata.name)) continue;
      const owners = (object.metadata.ownerReferences ?? []).map((owner) =>
        before.reader('configmaps').get('default', owner.name),
      );
      expect(owners.length).toBeGreaterThan(0);
      // An owner that is still there waits for its dependents.
      for (const owner of owners) expect(owner?.metadata.deletionTimestamp ?? 'gone').not.toBe('');
      expect(owners.filter((owner) => owner && owner.metadata.deletionTimestamp === undefined)).toEqual([]);
    }
    const left = plane.list(MAPS);
    const uids = new Set(left.map(({ metadata }) => metadata.uid));
    for (const { metadata } of left) {
      expect(metadata.deletionTimestamp).toBeUndefined();
      for (const owner of metadata.ownerReferences ?? []) expect(uids).toContain(owner.uid);
    }
  });
});

describe('the TTL of finished Jobs', () => {
  it.each(SEEDS)('is never cut short, and ends in the end, seed %i', (seed) => {
    const plane = new ControlPlane(seed);
    const pick = dice(seed);
    const job = workload('batch/v1', 'Job', {
      ttlSecondsAfterFinished: 4,
      template: template('done', { restartPolicy: 'Never' }),
    });
    plane.request('POST', JOBS, job);
    for (let round = 0; round < 6; round++) {
      if (pick(2) === 0 && plane.list(JOBS).length > 0)
        plane.request('PATCH', `${JOBS}/web`, { spec: { ttlSecondsAfterFinished: pick(20) } }, MERGE);
      strike(plane, 'ttl-after-finished-controller', pick);
      plane.session.advance(pick(1500));
    }
    plane.session.advance(60_000);
    for (const { object, after } of vanished(plane, 'jobs.batch')) {
      const finished = parseTimestamp(object.status.completionTime);
      expect(after.time).toBeGreaterThanOrEqual(finished + object.spec.ttlSecondsAfterFinished * 1000);
    }
    expect([...plane.list(JOBS), ...plane.list(PODS)]).toEqual([]);
  });
});

describe('the collector of pods', () => {
  it.each(SEEDS)('takes pods of nodes that are gone, and no other, seed %i', (seed) => {
    const plane = new ControlPlane(seed);
    const pick = dice(seed);
    const nodes = ['a', 'b', 'c'];
    for (const name of nodes) plane.request('POST', '/api/v1/nodes', { metadata: { name } });
    for (let index = 0; index < 9; index++) {
      const spec = { ...(template('nginx:1.25') as { spec: object }).spec, nodeName: nodes[index % 3] };
      const tolerations = [{ operator: 'Exists' }];
      plane.request('POST', PODS, { metadata: { name: `pod-${index}` }, spec: { ...spec, tolerations } });
    }
    const gone = nodes[pick(3)] as string;
    for (let round = 0; round < 5; round++) {
      if (round === 1) plane.request('DELETE', `/api/v1/nodes/${gone}`);
      strike(plane, 'pod-garbage-collector-controller', pick);
      plane.session.advance(pick(20_000));
    }
    plane.session.advance(200_000);
    expect(plane.list(PODS).map(({ spec }) => spec.nodeName)).toEqual(
      Array.from({ length: 9 }, (_, index) => nodes[index % 3]).filter((name) => name !== gone),
    );
    for (const { object } of vanished(plane, 'pods')) expect(object.spec.nodeName).toBe(gone);
  });
});
