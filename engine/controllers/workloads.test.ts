import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { template, workload } from './convergence.testing.ts';
import { ControlPlane } from './testing.ts';

const APPS = '/apis/apps/v1/namespaces/default';
const BATCH = '/apis/batch/v1/namespaces/default';
const PODS = '/api/v1/namespaces/default/pods';
const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const MERGE = 'application/merge-patch+json';
const LABELS = { app: 'web' };
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function created(path: string, kind: string, spec: object): ControlPlane {
  const plane = new ControlPlane();
  const [, , group, version] = path.split('/');
  plane.request('POST', path, workload(`${group}/${version}`, kind, spec));
  return plane;
}

function names(plane: ControlPlane, path = PODS): readonly string[] {
  return plane.list(path).map(({ metadata }) => metadata.name);
}

/** Reasons and messages of the events about objects of a kind, in order; random parts of names are cut off. */
function eventsOf(plane: ControlPlane, kind: string): readonly string[] {
  return plane
    .list('/api/v1/namespaces/default/events')
    .filter(({ involvedObject }) => involvedObject.kind === kind)
    .map(({ reason, message, count }) => `${reason}: ${message.replace(/web-[a-z0-9]{5}$/, 'web-*')} x${count}`);
}

function conditionsOf({ status }: KubeObject): readonly string[] {
  return (status.conditions ?? []).map(
    ({ type, reason, message }: Record<string, string>) => `${type} ${reason}: ${message}`,
  );
}

describe('a Job', () => {
  const job = (spec: object) =>
    created(`${BATCH}/jobs`, 'Job', { template: template('failing', { restartPolicy: 'Never' }), ...spec });
  const look = (plane: ControlPlane) => plane.request('GET', `${BATCH}/jobs/web`);

  it('gives up after backoffLimit, and waits longer before each pod', () => {
    const plane = job({ backoffLimit: 2 });
    plane.session.advance(5 * MINUTE);
    expect(conditionsOf(look(plane))).toEqual([
      'FailureTarget BackoffLimitExceeded: Job has reached the specified backoff limit',
      'Failed BackoffLimitExceeded: Job has reached the specified backoff limit',
    ]);
    expect(look(plane).status).toMatchObject({ failed: 3, ready: 0, terminating: 0 });
    const starts = plane.list(PODS).map(({ metadata }) => Date.parse(metadata.creationTimestamp) / SECOND);
    starts.sort((one, other) => one - other);
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    // A pod takes a second and a half, the back-off 10 s and then 20 s.
    expect(gaps[0]).toBeGreaterThanOrEqual(11);
    expect(gaps[0]).toBeLessThanOrEqual(13);
    expect(gaps[1]).toBeGreaterThanOrEqual(21);
    expect(gaps[1]).toBeLessThanOrEqual(23);
    expect(eventsOf(plane, 'Job').at(-1)).toBe('BackoffLimitExceeded: Job has reached the specified backoff limit x1');
  });

  it('lets each index fail as often as backoffLimitPerIndex says, and counts in annotations', () => {
    const plane = job({ completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 });
    plane.session.advance(MINUTE);
    expect(look(plane).status).toMatchObject({ failed: 4, failedIndexes: '0,1' });
    const counts = plane
      .list(PODS)
      .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-index-failure-count']);
    expect(counts.sort()).toEqual(['0', '0', '1', '1']);
    expect(conditionsOf(look(plane)).at(-1)).toBe('Failed FailedIndexes: Job has failed indexes');
  });

  it('stops at activeDeadlineSeconds, and is deleted after its ttl', () => {
    const plane = job({
      activeDeadlineSeconds: 20,
      ttlSecondsAfterFinished: 100,
      template: template('nginx:1.25', { restartPolicy: 'Never' }),
    });
    plane.session.advance(30 * SECOND);
    expect(conditionsOf(look(plane))).toEqual([
      'FailureTarget DeadlineExceeded: Job was active longer than specified deadline',
      'Failed DeadlineExceeded: Job was active longer than specified deadline',
    ]);
    expect(names(plane)).toEqual([]);
    plane.session.advance(100 * SECOND);
    expect(plane.list(`${BATCH}/jobs`)).toEqual([]);
  });

  it('is suspended and resumed', () => {
    const plane = job({ template: template('nginx:1.25', { restartPolicy: 'Never' }), suspend: true });
    plane.session.advance(5 * SECOND);
    expect(names(plane)).toEqual([]);
    plane.request('PATCH', `${BATCH}/jobs/web`, { spec: { suspend: false } }, MERGE);
    plane.session.advance(5 * SECOND);
    plane.request('PATCH', `${BATCH}/jobs/web`, { spec: { suspend: true } }, MERGE);
    plane.session.advance(5 * SECOND);
    expect(names(plane)).toEqual([]);
    expect(eventsOf(plane, 'Job')).toEqual([
      'Suspended: Job suspended x2',
      'SuccessfulCreate: Created pod: web-* x1',
      'Resumed: Job resumed x1',
      'SuccessfulDelete: Deleted pod: web-* x1',
    ]);
    expect(conditionsOf(look(plane))).toEqual(['Suspended JobSuspended: Job suspended']);
  });

  it('leaves a Job of another controller alone, and ends early by its success policy', () => {
    const foreign = job({ managedBy: 'example.com/queue' });
    foreign.session.advance(5 * SECOND);
    expect(names(foreign)).toEqual([]);
    const plane = job({
      completions: 3,
      parallelism: 1,
      completionMode: 'Indexed',
      successPolicy: { rules: [{ succeededIndexes: '0' }] },
      template: template('done', { restartPolicy: 'Never' }),
    });
    plane.session.advance(10 * SECOND);
    expect(conditionsOf(look(plane))).toEqual([
      'SuccessCriteriaMet SuccessPolicy: Matched rules at index 0',
      'Complete SuccessPolicy: Matched rules at index 0',
    ]);
  });
});

describe('a StatefulSet', () => {
  const set = (spec: object) =>
    created(`${APPS}/statefulsets`, 'StatefulSet', {
      replicas: 3,
      serviceName: 'web',
      selector: { matchLabels: LABELS },
      template: template('nginx:1.25'),
      ...spec,
    });
  const claims = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];

  it('creates claims before pods, and keeps or deletes them as its retention policy says', () => {
    const plane = set({
      volumeClaimTemplates: claims,
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
    });
    plane.session.advance(20 * SECOND);
    expect(names(plane, CLAIMS)).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
    expect(eventsOf(plane, 'StatefulSet').slice(0, 2)).toEqual([
      'SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success x1',
      'SuccessfulCreate: Create Pod web-0 in StatefulSet web successful x1',
    ]);
    plane.request('PATCH', `${APPS}/statefulsets/web`, { spec: { replicas: 1 } }, MERGE);
    plane.session.advance(30 * SECOND);
    expect(names(plane)).toEqual(['web-0']);
    // The claims are protected until nothing uses them.
    expect(names(plane, CLAIMS)).toEqual(['data-web-0']);
    plane.request('DELETE', `${APPS}/statefulsets/web`);
    plane.session.advance(30 * SECOND);
    expect(names(plane)).toEqual([]);
    expect(names(plane, CLAIMS)).toEqual(['data-web-0']);
  });

  it('takes the claims of a pod along that never came to run', () => {
    const plane = set({
      volumeClaimTemplates: claims,
      template: template('nginx:1.25', { nodeSelector: { disk: 'none' } }),
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Delete' },
    });
    plane.session.advance(5 * SECOND);
    expect(plane.list(CLAIMS)[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'web' }]);
  });

  it('updates from the highest ordinal down to its partition, and starts where ordinals.start says', () => {
    const plane = set({
      ordinals: { start: 5 },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 6 } },
    });
    plane.session.advance(10 * SECOND);
    expect(names(plane)).toEqual(['web-5', 'web-6', 'web-7']);
    const next = { template: { spec: { containers: [{ name: 'c', image: 'nginx:1.26' }] } } };
    plane.request('PATCH', `${APPS}/statefulsets/web`, { spec: next }, MERGE);
    plane.session.advance(30 * SECOND);
    const images = plane.list(PODS).map(({ spec }) => spec.containers[0].image);
    // Kubernetes counts the partition by place here: places from 6 on do not exist.
    expect(images).toEqual(['nginx:1.25', 'nginx:1.25', 'nginx:1.25']);
    const whole = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } };
    plane.request('PATCH', `${APPS}/statefulsets/web`, { spec: whole }, MERGE);
    plane.session.advance(30 * SECOND);
    expect(plane.list(PODS).map(({ spec }) => spec.containers[0].image)).toEqual([
      'nginx:1.25',
      'nginx:1.26',
      'nginx:1.26',
    ]);
    const { status } = plane.request('GET', `${APPS}/statefulsets/web`);
    expect(status).toMatchObject({ replicas: 3, currentReplicas: 1, updatedReplicas: 2 });
  });

  it('waits for a pod to be available for minReadySeconds before the next one', () => {
    const plane = set({ minReadySeconds: 10 });
    plane.session.advance(9 * SECOND);
    expect(names(plane)).toEqual(['web-0']);
    plane.session.advance(8 * SECOND);
    expect(names(plane)).toEqual(['web-0', 'web-1']);
    plane.session.advance(30 * SECOND);
    expect(plane.request('GET', `${APPS}/statefulsets/web`).status).toMatchObject({ availableReplicas: 3 });
  });
});

describe('a CronJob', () => {
  const cron = (spec: object, image = 'done') =>
    created(`${BATCH}/cronjobs`, 'CronJob', {
      schedule: '*/5 * * * *',
      jobTemplate: { spec: { template: template(image, { restartPolicy: 'Never' }) } },
      ...spec,
    });
  const CRON = 'kube-controller-manager/cronjob-controller';

  it('names its Jobs by the minute, keeps three, and remembers the last success', () => {
    const plane = cron({ timeZone: 'Asia/Shanghai' });
    plane.session.advance(31 * MINUTE);
    const jobs = plane.list(`${BATCH}/jobs`);
    const first = Date.parse('2026-01-01T00:20:00Z') / MINUTE;
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(
      [first, first + 5, first + 10].map((minute) => `web-${minute}`),
    );
    expect(jobs[0]?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T08:20:00+08:00',
    });
    const { status } = plane.request('GET', `${BATCH}/cronjobs/web`);
    expect(status.lastScheduleTime).toBe('2026-01-01T00:30:00Z');
    expect(status.lastSuccessfulTime > '2026-01-01T00:30:00Z').toBe(true);
    expect(eventsOf(plane, 'CronJob').slice(0, 2)).toEqual([
      `SuccessfulCreate: Created job web-${first - 15} x1`,
      `SawCompletedJob: Saw completed job: web-${first - 15}, condition: Complete x1`,
    ]);
  });

  it('replaces what still runs, or forbids', () => {
    const replacing = cron({ concurrencyPolicy: 'Replace' }, 'nginx:1.25');
    replacing.session.advance(16 * MINUTE);
    expect(replacing.list(`${BATCH}/jobs`)).toHaveLength(1);
    expect(eventsOf(replacing, 'CronJob').filter((event) => event.startsWith('SuccessfulDelete'))).toHaveLength(2);
    const forbidding = cron({ concurrencyPolicy: 'Forbid' }, 'nginx:1.25');
    forbidding.session.advance(16 * MINUTE);
    expect(forbidding.list(`${BATCH}/jobs`)).toHaveLength(1);
    expect(eventsOf(forbidding, 'CronJob').at(-1)).toMatch(
      /^JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid/,
    );
  });

  it('makes up for the last missed time only, unless it is too late', () => {
    const plane = cron({ schedule: '* * * * *' });
    plane.session.input('world', { kind: 'stop', component: CRON });
    plane.session.advance(121 * MINUTE);
    plane.session.input('world', { kind: 'start', component: CRON });
    plane.session.advance(10 * SECOND);
    expect(plane.list(`${BATCH}/jobs`)).toHaveLength(1);
    expect(eventsOf(plane, 'CronJob')[0]).toMatch(
      /^TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew/,
    );
    const late = cron({ startingDeadlineSeconds: 10 });
    late.session.input('world', { kind: 'stop', component: CRON });
    late.session.advance(7 * MINUTE);
    late.session.input('world', { kind: 'start', component: CRON });
    late.session.advance(10 * SECOND);
    expect(late.list(`${BATCH}/jobs`)).toEqual([]);
  });

  it('refuses a zone that nobody knows, and waits while it is suspended', () => {
    expect(() => cron({ timeZone: 'Mars/Olympus' })).toThrow(/unknown time zone Mars\/Olympus/);
    const plane = cron({ suspend: true });
    plane.session.advance(20 * MINUTE);
    expect(plane.list(`${BATCH}/jobs`)).toEqual([]);
  });
});
