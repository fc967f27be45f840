import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { template, workload } from './convergence.testing.ts';
import { ControlPlane } from './testing.ts';

const APPS = '/apis/apps/v1/namespaces/default';
const PODS = '/api/v1/namespaces/default/pods';
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const MERGE = 'application/merge-patch+json';
const LABELS = { app: 'web' };
const ANYWHERE = { tolerations: [{ operator: 'Exists' }] };

function clusterOf(...nodes: readonly string[]): ControlPlane {
  const plane = new ControlPlane();
  for (const name of nodes) {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { disk: name } } };
    plane.request('POST', '/api/v1/nodes', node);
  }
  return plane;
}

function daemonSet(plane: ControlPlane, spec: object): void {
  const defaults = { selector: { matchLabels: LABELS }, template: template('nginx:1.25', ANYWHERE) };
  plane.request('POST', `${APPS}/daemonsets`, workload('apps/v1', 'DaemonSet', { ...defaults, ...spec }));
}

function statusOf(plane: ControlPlane): KubeObject['status'] {
  return plane.request('GET', `${APPS}/daemonsets/web`).status;
}

function withImage(image: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
}

describe('a DaemonSet', () => {
  it('goes where its node selector, affinity and tolerations let it', () => {
    const plane = clusterOf('ssd', 'hdd');
    daemonSet(plane, { template: template('nginx:1.25', { ...ANYWHERE, nodeSelector: { disk: 'ssd' } }) });
    plane.session.advance(5000);
    expect(statusOf(plane)).toMatchObject({ desiredNumberScheduled: 1, numberAvailable: 1, numberMisscheduled: 0 });
    plane.request('PATCH', '/api/v1/nodes/hdd', { metadata: { labels: { disk: 'ssd' } } }, MERGE);
    plane.session.advance(5000);
    expect(statusOf(plane)).toMatchObject({ desiredNumberScheduled: 2, numberAvailable: 2 });
    plane.request('PATCH', '/api/v1/nodes/ssd', { metadata: { labels: { disk: null } } }, MERGE);
    plane.session.advance(5000);
    expect(plane.list(PODS)).toHaveLength(1);
  });

  it('leaves pods alone until they are deleted when its strategy is OnDelete', () => {
    const plane = clusterOf('a', 'b');
    daemonSet(plane, { updateStrategy: { type: 'OnDelete' } });
    plane.session.advance(3000);
    plane.request('PATCH', `${APPS}/daemonsets/web`, withImage('nginx:1.26'), MERGE);
    plane.session.advance(5000);
    expect(statusOf(plane)).toMatchObject({ currentNumberScheduled: 2, numberAvailable: 2 });
    expect(statusOf(plane).updatedNumberScheduled).toBeUndefined();
    plane.request('DELETE', `${PODS}/${plane.list(PODS)[0]?.metadata.name}`);
    plane.session.advance(5000);
    expect(statusOf(plane)).toMatchObject({ updatedNumberScheduled: 1 });
  });

  it('keeps every node served while it surges', () => {
    const plane = clusterOf('a', 'b', 'c');
    daemonSet(plane, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    plane.session.advance(3000);
    const since = plane.session.head.step;
    plane.request('PATCH', `${APPS}/daemonsets/web`, withImage('nginx:1.26'), MERGE);
    plane.session.advance(20_000);
    expect(statusOf(plane)).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
    for (let step = since; step <= plane.session.head.step; step++) {
      const pods = plane.session.moment(step).reader('pods').list('default');
      const ready = pods.filter(({ status }) => status?.conditions?.[0]?.status === 'True');
      expect(ready.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('replaces failed pods ever more slowly, and says so', () => {
    const plane = clusterOf('a');
    // Containers of a DaemonSet are restarted, so a pod fails only when its kubelet gives up on it.
    daemonSet(plane, { template: template('failing', ANYWHERE) });
    plane.session.advance(60_000);
    const events = plane.list('/api/v1/namespaces/default/events').filter(({ reason }) => reason === 'FailedDaemonPod');
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(events.length).toBeLessThanOrEqual(8);
    expect(events[0]?.message).toMatch(/^Found failed daemon pod default\/web-\w{5} on node a, will try to kill it$/);
  });

  it('keeps as many revisions as its limit, numbered anew when one comes back', () => {
    const plane = clusterOf('a');
    daemonSet(plane, { revisionHistoryLimit: 1 });
    for (const image of ['nginx:1.26', 'nginx:1.27', 'nginx:1.26']) {
      plane.session.advance(5000);
      plane.request('PATCH', `${APPS}/daemonsets/web`, withImage(image), MERGE);
    }
    plane.session.advance(10_000);
    const revisions = plane.list(`${APPS}/controllerrevisions`);
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([3, 4]);
  });
});

describe('a PodDisruptionBudget', () => {
  const budget = (plane: ControlPlane, spec: object) =>
    plane.request(
      'POST',
      BUDGETS,
      workload('policy/v1', 'PodDisruptionBudget', { selector: { matchLabels: LABELS }, ...spec }),
    );
  const look = (plane: ControlPlane) => plane.request('GET', `${BUDGETS}/web`).status;
  const reasons = (plane: ControlPlane) =>
    plane
      .list('/api/v1/namespaces/default/events')
      .filter(({ involvedObject }) => involvedObject.kind === 'PodDisruptionBudget')
      .map(({ reason, source, message }) => `${source.component} ${reason}: ${message}`);

  it('counts the replicas of whoever decides about them', () => {
    const plane = new ControlPlane();
    const spec = { replicas: 4, selector: { matchLabels: LABELS }, template: template('nginx:1.25') };
    plane.request('POST', `${APPS}/deployments`, workload('apps/v1', 'Deployment', spec));
    plane.session.advance(5000);
    budget(plane, { maxUnavailable: '25%' });
    plane.session.advance(5000);
    expect(look(plane)).toMatchObject({ expectedPods: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1 });
    expect(look(plane).conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1 },
    ]);
  });

  it('allows nothing where it cannot count', () => {
    const plane = new ControlPlane();
    budget(plane, { maxUnavailable: 1 });
    plane.session.advance(2000);
    expect(reasons(plane)).toEqual(['controllermanager NoPods: No matching pods found']);
    const jobTemplate = template('nginx:1.25', { restartPolicy: 'Never' });
    plane.request(
      'POST',
      '/apis/batch/v1/namespaces/default/jobs',
      workload('batch/v1', 'Job', { template: jobTemplate }),
    );
    plane.session.advance(5000);
    expect(look(plane)).toMatchObject({ disruptionsAllowed: 0 });
    expect(look(plane).conditions).toMatchObject([
      { status: 'False', reason: 'SyncFailed', message: 'jobs.batch does not implement the scale subresource' },
    ]);
    expect(reasons(plane)).toContain(
      'controllermanager CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource',
    );
  });

  it('warns of pods that nobody manages', () => {
    const plane = new ControlPlane();
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', labels: LABELS } };
    plane.request('POST', PODS, { ...pod, spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] } });
    budget(plane, { maxUnavailable: 1 });
    plane.session.advance(5000);
    expect(reasons(plane)[0]).toBe(
      'controllermanager UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
    );
  });
});
