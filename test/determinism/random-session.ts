import { createSession, type Session, type Task } from '../../engine/index.ts';

/** A reproducible choice: the same seed walks the same way. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 2654435761 + 1;
  }

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

const NAMES = ['web', 'shop', 'api'];
const IMAGES = ['nginx:1.25', 'nginx:1.26', 'httpd:2.4', 'nosuch.invalid/x:1'];
const STOPPABLE = [
  'kube-scheduler',
  'kube-controller-manager',
  'kube-apiserver',
  'etcd',
  'kubelet/node-1',
  'kubelet/node-2',
];
const LINKED = [
  'kubelet/node-1',
  'kube-scheduler',
  'kube-controller-manager/replicaset-controller',
  'kube-controller-manager/deployment-controller',
  'kube-controller-manager/statefulset-controller',
  'kube-controller-manager/job-controller',
];

/** Something a learner might do next. */
function randomInput(dice: Dice): { component: string; task: Task } {
  const name = dice.pick(NAMES);
  const line = dice.pick([
    `kubectl create deployment ${name} --image=${dice.pick(IMAGES)} --replicas=${dice.below(5)}`,
    `kubectl scale deployment ${name} --replicas=${dice.below(6)}`,
    `kubectl set image deployment/${name} '*=${dice.pick(IMAGES)}'`,
    `kubectl rollout undo deployment/${name}`,
    `kubectl delete pod -l app=${name} --wait=false`,
    `kubectl delete deployment ${name}`,
    `kubectl run ${name}-${dice.below(3)} --image=${dice.pick(IMAGES)}`,
    `kubectl label pods --all tier=${dice.below(3)} --overwrite`,
    `kubectl get pods -o wide`,
    `kubectl describe deployment ${name}`,
    'kubectl expose deployment web --port=80',
    `echo '${JSON.stringify(randomSet(dice, name))}' | kubectl apply -f -`,
    `kubectl delete ${dice.pick(['sts', 'ds', 'job', 'cronjob', 'hpa', 'pdb'])} ${name}`,
    `kubectl create job ${name} --image=busybox:1.36 -- sh -c 'sleep ${dice.below(5)}; exit ${dice.below(2)}'`,
    `kubectl create cronjob ${name} --image=busybox:1.36 --schedule='* * * * *' -- sleep ${dice.below(90)}`,
    `kubectl create pdb ${name} --selector=app=${name} --max-unavailable=1`,
    `kubectl autoscale deployment ${name} --min=2 --max=4`,
    `kubectl rollout restart ${dice.pick(['sts', 'ds'])} ${name}`,
    `kubectl drain node-${1 + dice.below(2)} --ignore-daemonsets --force --timeout=3s; kubectl uncordon node-1 node-2`,
  ]);
  const fault: Task = dice.pick([
    { kind: 'stop', component: dice.pick(STOPPABLE) },
    { kind: 'cut', from: dice.pick(LINKED), to: 'kube-apiserver' },
    { kind: 'add-node' },
  ]);
  return dice.below(4) === 0
    ? { component: 'world', task: fault }
    : { component: 'workstation', task: { kind: 'run', id: `random-${dice.below(1_000_000_000)}`, line } };
}

/** A StatefulSet or DaemonSet; one of the same name may be there already. */
function randomSet(dice: Dice, name: string): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: dice.below(3), containers: [{ name: 'c', image: dice.pick(IMAGES) }] },
  };
  const common = { selector: { matchLabels: labels }, template };
  const kind = dice.pick(['StatefulSet', 'DaemonSet']);
  const spec =
    kind === 'StatefulSet'
      ? { ...common, replicas: dice.below(4), serviceName: name, podManagementPolicy: 'Parallel' }
      : common;
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec };
}

/** Everything that was stopped or cut is put right again. */
export function repair(session: Session): void {
  for (const component of STOPPABLE) session.input('world', { kind: 'start', component });
  for (const component of LINKED) session.input('world', { kind: 'heal', from: component, to: 'kube-apiserver' });
}

/** A session of so many random inputs, with random waits in between. */
export function randomSession(seed: number, inputs: number): Session {
  const dice = new Dice(seed);
  const session = createSession({ seed, nodes: 2 });
  session.advance(15_000);
  for (let count = 0; count < inputs; count++) {
    const { component, task } = randomInput(dice);
    session.input(component, task);
    session.advance(dice.pick([3, 50, 400, 2_000, 9_000]));
  }
  return session;
}
