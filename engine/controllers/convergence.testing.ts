import type { KubeObject } from '../object.ts';
import type { Moment } from '../sim/moment.ts';
import { nextRandom } from '../sim/random.ts';
import { ControlPlane, KUBELETS } from './testing.ts';

export const PODS = '/api/v1/namespaces/default/pods';
const MERGE = 'application/merge-patch+json';

/** How often something goes wrong in one session. */
const ROUNDS = 10;

/** A random number below a count. */
export type Pick = (count: number) => number;

export function dice(seed: number): Pick {
  let state = seed;
  return (count) => {
    const { value, seed: next } = nextRandom(state);
    state = next;
    return Math.floor(value * count);
  };
}

/** What a controller has to bring about, and what must hold on the way. */
export interface Scenario {
  /** The instance name of the controller under test. */
  readonly controller: string;
  /** Collection of the workload, and the workload at first. */
  readonly path: string;
  readonly object: { readonly metadata: { readonly name: string } };
  /** Objects that have to be there before. */
  readonly before?: readonly { readonly path: string; readonly object: object }[];
  /** A random change of mind: a merge patch of the workload. */
  readonly edit?: (pick: Pick) => object;
  /** Whether the learner deletes pods now and then. */
  readonly deletesPods?: boolean;
  /** Faults in the pods (and the workload) at one step. */
  readonly faults: (pods: readonly KubeObject[], workload: KubeObject | undefined, moment: Moment) => readonly string[];
  /** How long everything may take to settle after the last fault. */
  readonly patience: number;
}

/** What came of a session. */
export interface Outcome {
  readonly workload: KubeObject;
  readonly pods: readonly KubeObject[];
  readonly faults: readonly string[];
  /** Names of the claims there are. */
  readonly claims: readonly string[];
  /** When it ended. */
  readonly now: number;
}

/**
 * Lets a workload live through crashed controllers, an unreachable API server, stopped kubelets, deleted pods and edits
 * by others, and looks at every step for what must never be.
 */
export function liveThrough(scenario: Scenario, seed: number): Outcome {
  const plane = new ControlPlane(seed);
  const since = plane.session.head.step;
  const pick = dice(seed);
  for (const { path, object } of scenario.before ?? []) plane.request('POST', path, object);
  const { name } = scenario.object.metadata;
  plane.request('POST', scenario.path, scenario.object);
  plane.session.advance(pick(3000));
  for (let round = 0; round < ROUNDS; round++) disturb(plane, scenario, pick);
  plane.session.advance(scenario.patience);
  const faults = new Set<string>();
  const resource = resourceOf(scenario.path);
  for (let step = since; step <= plane.session.head.step; step++) {
    const moment = plane.session.moment(step);
    const workload = moment.reader(resource).get('default', name);
    for (const fault of scenario.faults(moment.reader('pods').list('default'), workload, moment)) faults.add(fault);
  }
  const workload = plane.request('GET', `${scenario.path}/${name}`);
  const claims = plane.list('/api/v1/namespaces/default/persistentvolumeclaims').map(({ metadata }) => metadata.name);
  return { workload, pods: plane.list(PODS), faults: [...faults], claims, now: plane.session.head.time };
}

/** `/apis/apps/v1/namespaces/default/statefulsets` -> `statefulsets.apps`. */
function resourceOf(path: string): string {
  const parts = path.split('/');
  const plural = parts[parts.length - 1] ?? '';
  return parts[1] === 'apis' ? `${plural}.${parts[2]}` : plural;
}

function disturb(plane: ControlPlane, scenario: Scenario, pick: Pick): void {
  const { session } = plane;
  const target = `${scenario.path}/${scenario.object.metadata.name}`;
  switch (pick(6)) {
    case 0:
    case 1:
      strike(plane, scenario.controller, pick);
      break;
    case 2:
      between(plane, { kind: 'stop', component: KUBELETS }, { kind: 'start', component: KUBELETS }, pick);
      break;
    case 3: {
      const pods = plane.list(PODS);
      const pod = pods[pick(pods.length)];
      if (scenario.deletesPods && pod !== undefined) plane.request('DELETE', `${PODS}/${pod.metadata.name}`);
      break;
    }
    case 4:
      // Somebody else writes at the same time: the controller's next write meets a conflict.
      plane.request('PATCH', target, { metadata: { annotations: { touched: String(pick(1000)) } } }, MERGE);
      break;
    default:
      if (scenario.edit !== undefined) plane.request('PATCH', target, scenario.edit(pick), MERGE);
  }
  session.advance(pick(1500));
}

/** A controller crashes and comes back, or is cut off from the API server for a while, so that its cache lags behind. */
export function strike(plane: ControlPlane, instance: string, pick: Pick): void {
  const component = `kube-controller-manager/${instance}`;
  const link = { from: component, to: 'kube-apiserver' };
  if (pick(2) === 0) between(plane, { kind: 'stop', component }, { kind: 'start', component }, pick);
  else between(plane, { kind: 'cut', ...link }, { kind: 'heal', ...link }, pick);
}

function between({ session }: ControlPlane, fault: object, remedy: object, pick: Pick): void {
  session.input('world', fault as never);
  session.advance(pick(4000));
  session.input('world', remedy as never);
}

export function isRunning(pod: KubeObject): boolean {
  const { phase } = pod.status ?? {};
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Objects of the tests. */
export function workload(apiVersion: string, kind: string, spec: object): { metadata: { name: string } } {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'default' }, spec } as never;
}

export function template(image: string, spec: object = {}): object {
  return {
    metadata: { labels: { app: 'web' } },
    spec: { terminationGracePeriodSeconds: 1, ...spec, containers: [{ name: 'c', image }] },
  };
}
