import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn, TEST_TIME } from '../../sim/testing.ts';
import { timestamp } from '../../sim/time.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { syncAutoscaler } from './sync.ts';

const HPA = 'horizontalpodautoscalers.autoscaling';

/** What the cluster answers in a test. */
interface World {
  readonly replicas: number;
  /** Usage of CPU by each pod, in millicores; undefined: no metrics API. */
  readonly usage?: readonly number[];
  readonly spec?: object;
  readonly requests?: string;
}

interface Round {
  readonly status: KubeObject['status'];
  readonly events: readonly string[];
  readonly scaledTo?: number;
}

function autoscaler(spec: object = {}): KubeObject {
  return testObject(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { name: 'web' },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 1,
        maxReplicas: 10,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
        ...spec,
      },
      status: { desiredReplicas: 0, currentMetrics: null },
    },
  );
}

/** A turn in which the same autoscaler can be synced again and again while the world changes. */
class Trial {
  readonly turn: FakeTurn;
  private world: World;

  constructor(world: World) {
    this.world = world;
    this.turn = fakeTurn({
      component: 'kube-controller-manager/horizontal-pod-autoscaler-controller',
      now: TEST_TIME + 3_600_000,
      objects: { [HPA]: [autoscaler(world.spec)] },
      serve: (_, request) => this.answer(request as ApiRequest),
    });
  }

  round(world: Partial<World> = {}, seconds = 15): Round {
    this.world = { ...this.world, ...world };
    this.turn.now += seconds * 1000;
    const pods = this.turn.cache('pods');
    for (const pod of pods.list()) pods.remove('default', pod.metadata.name);
    const started = { status: { startTime: timestamp(TEST_TIME) } };
    for (let index = 0; index < this.world.replicas; index++) {
      const container = { name: 'c', resources: { requests: { cpu: this.world.requests ?? '100m' } } };
      pods.put(testPod(`web-${index}`, undefined, { spec: { containers: [container] }, ...started }));
    }
    const before = this.turn.calls.length;
    syncAutoscaler(this.turn, controllerClient(this.turn), 'default/web');
    const bodies = this.turn.calls.slice(before).map(({ request }) => request as { path: string; body?: KubeObject });
    const status = bodies.find(({ path }) => path.endsWith('/status'))?.body?.status;
    if (status !== undefined) {
      const known = this.turn.cache(HPA).get('default', 'web') as KubeObject;
      this.turn.cache(HPA).put({ ...known, status });
    }
    const events = bodies
      .filter(({ path }) => path.endsWith('/events'))
      .map(({ body }) => `${body?.reason}: ${body?.message}`);
    const scale = bodies.find(({ path, body }) => path.endsWith('/scale') && body !== undefined);
    return { status, events, ...(scale === undefined ? {} : { scaledTo: scale.body?.spec.replicas }) };
  }

  private answer(request: ApiRequest): object {
    const { method, path, body: sent } = request;
    const { replicas, usage } = this.world;
    if (path.endsWith('/scale')) {
      if (method === 'PUT') return { code: 200, body: sent };
      const body = { metadata: {}, spec: { replicas }, status: { replicas, selector: 'app=web' } };
      return { code: 200, body };
    }
    if (path.startsWith('/apis/metrics.k8s.io')) {
      if (usage === undefined) return { code: 404, body: '404 page not found' };
      const items = usage.map((millicores, index) => ({
        metadata: { name: `web-${index}`, namespace: 'default' },
        timestamp: timestamp(this.turn.now),
        window: '30s',
        containers: [{ name: 'c', usage: { cpu: `${millicores}m` } }],
      }));
      return { code: 200, body: { items } };
    }
    return method === 'GET' ? { code: 404, body: '404 page not found' } : this.turn.echoApi(request);
  }
}

function conditionsOf({ status }: Round): readonly string[] {
  return status.conditions.map(
    ({ type, status: value, reason, message }: Record<string, string>) => `${type}=${value} ${reason}: ${message}`,
  );
}

describe('syncAutoscaler', () => {
  it('scales up by the ratio of usage to target, at most to the double', () => {
    const round = new Trial({ replicas: 2, usage: [120, 130] }).round();
    expect(round.scaledTo).toBe(4);
    expect(round.events).toEqual([
      'SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target',
    ]);
    expect(conditionsOf(round)).toEqual([
      'AbleToScale=True SucceededRescale: the HPA controller was able to update the target scale to 4',
      'ScalingActive=True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      'ScalingLimited=True ScaleUpLimit: the desired replica count is increasing faster than the maximum scale rate',
    ]);
    expect(round.status).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 4,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 125, averageValue: '125m' } } },
      ],
    });
  });

  it('leaves what is within a tenth of the target', () => {
    const round = new Trial({ replicas: 3, usage: [54, 55, 54] }).round();
    expect(round.scaledTo).toBeUndefined();
    expect(conditionsOf(round)).toEqual([
      'AbleToScale=True ReadyForNewScale: recommended size matches current size',
      'ScalingActive=True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      'ScalingLimited=False DesiredWithinRange: the desired count is within the acceptable range',
    ]);
  });

  it('scales down only when five minutes have confirmed it', () => {
    const trial = new Trial({ replicas: 4, usage: [10, 10, 10, 10] });
    const first = trial.round();
    expect(first.scaledTo).toBeUndefined();
    expect(conditionsOf(first)[0]).toBe(
      'AbleToScale=True ScaleDownStabilized: recent recommendations were higher than current one, applying the highest recent recommendation',
    );
    let rounds = 1;
    for (; rounds < 40; rounds++) if (trial.round().scaledTo !== undefined) break;
    expect(rounds * 15).toBeGreaterThanOrEqual(300);
    expect(rounds * 15).toBeLessThanOrEqual(330);
  });

  it('keeps to the rates of behavior', () => {
    const behavior = {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
      },
      scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled', policies: [] },
    };
    const trial = new Trial({ replicas: 2, usage: [200, 200], spec: { behavior } });
    expect(trial.round().scaledTo).toBe(3);
    expect(trial.round({ replicas: 3, usage: [200, 200, 200] }).scaledTo).toBeUndefined();
    expect(trial.round({}, 60).scaledTo).toBe(4);
    const calm = trial.round({ replicas: 4, usage: [1, 1, 1, 1] });
    expect(calm.scaledTo).toBeUndefined();
    expect(conditionsOf(calm)[2]).toBe(
      'ScalingLimited=True ScaleDownLimit: the desired replica count is decreasing faster than the maximum scale rate',
    );
  });

  it('respects its bounds without any metric', () => {
    expect(new Trial({ replicas: 12 }).round().events).toEqual([
      'SuccessfulRescale: New size: 10; reason: Current number of replicas above Spec.MaxReplicas',
    ]);
    expect(new Trial({ replicas: 1, spec: { minReplicas: 2 } }).round().events).toEqual([
      'SuccessfulRescale: New size: 2; reason: Current number of replicas below Spec.MinReplicas',
    ]);
    const off = new Trial({ replicas: 0 }).round();
    expect(conditionsOf(off)[1]).toBe(
      'ScalingActive=False ScalingDisabled: scaling is disabled since the replica count of the target is zero',
    );
  });

  it('says what is missing', () => {
    const round = new Trial({ replicas: 2 }).round();
    const cause =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    expect(round.events).toEqual([
      `FailedGetResourceMetric: ${cause}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${cause}`,
    ]);
    expect(round.status.currentMetrics).toEqual([{ type: '' }]);
    const custom = { metrics: [{ type: 'Pods', pods: { metric: { name: 'hits' }, target: { averageValue: '10' } } }] };
    expect(new Trial({ replicas: 1, spec: custom }).round().events[0]).toBe(
      'FailedGetPodsMetric: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    );
    const queue = { metrics: [{ type: 'External', external: { metric: { name: 'queue' }, target: { value: '10' } } }] };
    expect(new Trial({ replicas: 1, spec: queue }).round().events[0]).toBe(
      'FailedGetExternalMetric: failed to get queue external metric: unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)',
    );
  });

  it('does nothing when two autoscalers mean the same pods', () => {
    const trial = new Trial({ replicas: 2, usage: [200, 200] });
    trial.turn.memory.set('selector/default/other', 'app in (web,api)');
    trial.turn.memory.set('selector/shop/web', 'app=web');
    const message = 'pods by selector app=web are controlled by multiple HPAs: [{other default} {web default}]';
    const round = trial.round();
    expect(round.scaledTo).toBeUndefined();
    expect(round.events).toEqual([`AmbiguousSelector: ${message}`, `FailedComputeMetricsReplicas: ${message}`]);
  });

  it('counts pods without metrics as busy when it would scale down', () => {
    const down = new Trial({ replicas: 4, usage: [20, 20], spec: { behavior: instant() } }).round();
    expect(down.scaledTo).toBeUndefined();
    const up = new Trial({ replicas: 4, usage: [200, 200] }).round();
    expect(up.scaledTo).toBe(8);
  });
});

/** No stabilisation, no rates. */
function instant(): object {
  const all = {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 1000, periodSeconds: 15 }],
  };
  return { scaleUp: all, scaleDown: { ...all, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] } };
}
