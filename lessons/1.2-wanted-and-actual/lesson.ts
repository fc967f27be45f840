import type { Moment, Session } from '../../engine/index.ts';
import { runLine } from '../acts.ts';
import { type CheckResult, fail, type Lesson, pass } from '../lesson.ts';
import { everHeld, isReady, pods, troubleOf } from '../look.ts';
import en from './en.md?raw';
import web from './files/web.yaml?raw';
import zh from './zh.md?raw';

const APP = ['app', 'web'] as const;
const MANAGER = 'kube-controller-manager/replicaset-controller';
const APPLY = 'kubectl apply -f web.yaml';
const DELETE_TWO = 'kubectl delete $(kubectl get pods -l app=web -o name | head -2)';

const hintRun = (line: string) => ({ en: `Run: ${line}`, zh: `运行：${line}` });

function wanted(moment: Moment): number | undefined {
  return moment.reader('deployments.apps').get('default', 'web')?.spec.replicas;
}

/** Why there are not exactly `count` wanted and ready Pods; undefined when there are. */
function lacking(session: Session, count: number): CheckResult | undefined {
  const moment = session.moment();
  const wish = wanted(moment);
  if (wish === undefined) return fail('There is no Deployment web.', '没有 Deployment web。', hintRun(APPLY));
  if (wish !== count) {
    return fail(
      `${wish} are wanted, not ${count}.`,
      `期望的是 ${wish} 个，不是 ${count} 个。`,
      hintRun(`kubectl scale deployment web --replicas=${count}`),
    );
  }
  const all = pods(moment, APP);
  const ready = all.filter(isReady).length;
  if (ready === count && all.length === count) return undefined;
  const manager = { en: 'Start kube-controller-manager.', zh: '启动 kube-controller-manager。' };
  return fail(
    `${count} are wanted, ${ready} of ${all.length} are ready.`,
    `期望 ${count} 个，${all.length} 个里就绪 ${ready} 个。`,
    ...(moment.isRunning(MANAGER) ? all.filter((pod) => !isReady(pod)).map(troubleOf) : [manager]),
  );
}

function deletedPods(session: Session): number {
  return session
    .record('pods')
    .filter(({ type, object }) => type === 'DELETED' && object.metadata.labels?.app === 'web').length;
}

function converged(session: Session): CheckResult {
  return lacking(session, 3) ?? pass('Wanted and actual agree: three.', '期望与现状一致：三个。');
}

function replaced(session: Session): CheckResult {
  const trouble = lacking(session, 3);
  if (trouble) return trouble;
  if (deletedPods(session) === 0) {
    return fail(
      'No Pod has been deleted yet.',
      '还没有删除过 Pod。',
      hintRun('kubectl delete $(kubectl get pods -l app=web -o name | head -1) --wait=false'),
    );
  }
  return pass('The one that went was replaced.', '走掉的那个已经补上。');
}

function caughtUp(session: Session): CheckResult {
  const slept = everHeld(
    session,
    (moment) => !moment.isRunning(MANAGER) && wanted(moment) === 4 && pods(moment, APP).length < 3,
  );
  if (!slept) {
    const isDown = !session.moment().isRunning(MANAGER);
    return fail(
      'The controllers have not slept through the deletions and the new wish.',
      '控制器还没有把删除和新的期望睡过去。',
      isDown
        ? hintRun(`${DELETE_TWO}; kubectl scale deployment web --replicas=4`)
        : { en: 'Stop kube-controller-manager first.', zh: '先停掉 kube-controller-manager。' },
    );
  }
  return (
    lacking(session, 4) ?? pass('They missed everything and still arrived at four.', '它们什么都没看到，照样到了四个。')
  );
}

function calm(session: Session): CheckResult {
  const trouble = lacking(session, 3);
  if (trouble) return trouble;
  const scaledBack = session
    .record('deployments.apps')
    .some(({ object }) => object.metadata.name === 'web' && object.spec.replicas === 4);
  if (!scaledBack)
    return fail('There have never been four.', '从来没有过四个。', {
      en: 'Do the part before this one first.',
      zh: '先做完前一节。',
    });
  return pass('Three again, and nothing moves.', '又是三个，一切静止。');
}

function afterTheNap(fork: Session) {
  fork.input('world', { kind: 'stop', component: 'kube-controller-manager' });
  while (pods(fork.moment(), APP).length > 1) {
    runLine(fork, 'kubectl delete $(kubectl get pods -l app=web -o name | head -1)');
  }
  runLine(fork, 'kubectl scale deployment web --replicas=4');
  const left = pods(fork.moment(), APP).length;
  fork.input('world', { kind: 'start', component: 'kube-controller-manager' });
  fork.settle();
  const ready = pods(fork.moment(), APP).filter(isReady).length;
  const names: Readonly<Record<number, string>> = { 2: 'two', 3: 'three', 4: 'four' };
  return {
    answer: names[ready] ?? String(ready),
    explanation: {
      en: `In the copy ${left} Pod was left when the controllers woke, and ${ready} were ready soon after. They never learned what had happened; they only counted.`,
      zh: `在副本里，控制器醒来时剩下 ${left} 个 Pod，不久就有 ${ready} 个就绪。它们始终不知道发生过什么，只是数了数。`,
    },
  };
}

export const wantedAndActual: Lesson = {
  id: '1.2',
  minutes: 15,
  cluster: { nodes: 2 },
  en,
  zh,
  files: { 'web.yaml': web },
  checks: { converged, replaced, 'caught-up': caughtUp, calm },
  predictions: { 'after-the-nap': afterTheNap },
  solution: [
    { run: APPLY },
    { settle: true },
    { run: 'kubectl delete $(kubectl get pods -l app=web -o name | head -1) --wait=false' },
    { settle: true },
    { stop: 'kube-controller-manager' },
    { run: DELETE_TWO },
    { run: 'kubectl scale deployment web --replicas=4' },
    { seconds: 5 },
    { start: 'kube-controller-manager' },
    { settle: true },
    { run: 'kubectl scale deployment web --replicas=3' },
    { settle: true },
    { run: APPLY },
    { settle: true },
  ],
  wrongAnswers: [
    {
      why: 'two instead of three',
      acts: [{ apply: 'web.yaml', edit: ['replicas: 3', 'replicas: 2'] }, { settle: true }],
      fails: 'converged',
    },
    { why: 'nothing was deleted', acts: [{ run: APPLY }, { settle: true }], fails: 'replaced' },
    {
      why: 'scaled while the controllers were awake',
      acts: [
        { run: APPLY },
        { settle: true },
        { run: DELETE_TWO },
        { run: 'kubectl scale deployment web --replicas=4' },
        { settle: true },
      ],
      fails: 'caught-up',
    },
    { why: 'never scaled at all', acts: [{ run: APPLY }, { settle: true }], fails: 'calm' },
  ],
};
