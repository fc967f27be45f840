import type { Moment, Session } from '../../engine/index.ts';
import { runLine } from '../acts.ts';
import { type CheckResult, fail, type Lesson, pass } from '../lesson.ts';
import { everHeld, isReady, pods, troubleOf } from '../look.ts';
import en from './en.md?raw';
import web from './files/web.yaml?raw';
import zh from './zh.md?raw';

const APP = ['app', 'web'] as const;
const PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-scheduler',
  'kube-controller-manager/replicaset-controller',
  'kubelet/node-1',
  'kubelet/node-2',
];

const hintRun = (line: string) => ({ en: `Run: ${line}`, zh: `运行：${line}` });
const hintStop = (program: string) => ({ en: `Stop ${program} first.`, zh: `先停掉 ${program}。` });

function countReady(session: Session, wanted: number): CheckResult | undefined {
  const all = pods(session.moment(), APP);
  if (!session.moment().reader('deployments.apps').get('default', 'web')) {
    return fail('There is no Deployment web.', '没有 Deployment web。', hintRun('kubectl apply -f web.yaml'));
  }
  const ready = all.filter(isReady);
  if (ready.length === wanted && all.length === wanted) return undefined;
  const troubled = all.filter((pod) => !isReady(pod)).map(troubleOf);
  const scale = hintRun(`kubectl scale deployment web --replicas=${wanted}`);
  return fail(
    `${ready.length} of ${wanted} Pods are ready; there are ${all.length}.`,
    `${wanted} 个 Pod 里有 ${ready.length} 个就绪；共有 ${all.length} 个。`,
    ...(troubled.length > 0 ? troubled : [scale]),
  );
}

function deployed(session: Session): CheckResult {
  return countReady(session, 2) ?? pass('Two web servers are ready.', '两个 Web 服务器已就绪。');
}

function pending(session: Session): CheckResult {
  const waits = (moment: Moment) =>
    !moment.isRunning('kube-scheduler') && pods(moment, APP).some((pod) => !pod.spec.nodeName);
  if (everHeld(session, waits))
    return pass(
      'With the scheduler stopped, a Pod waited without a node.',
      '调度器停着时，有一个 Pod 在没有节点的情况下等待。',
    );
  const wasStopped = everHeld(session, (moment) => !moment.isRunning('kube-scheduler'));
  return fail(
    'No Pod has waited for a stopped scheduler yet.',
    '还没有 Pod 等过停掉的调度器。',
    wasStopped ? hintRun('kubectl scale deployment web --replicas=3') : hintStop('kube-scheduler'),
  );
}

function unreplaced(session: Session): CheckResult {
  const lacks = (moment: Moment) => {
    const deployment = moment.reader('deployments.apps').get('default', 'web');
    const isDown = !moment.isRunning('kube-controller-manager/replicaset-controller');
    return isDown && deployment !== undefined && pods(moment, APP).length < deployment.spec.replicas;
  };
  if (everHeld(session, lacks))
    return pass('One Pod was missing, and nobody replaced it.', '少了一个 Pod，没有谁去补。');
  const wasDown = everHeld(session, (moment) => !moment.isRunning('kube-controller-manager/replicaset-controller'));
  return fail(
    'No Pod has been missing while the controllers were stopped.',
    '控制器停着的时候，还没有缺过 Pod。',
    wasDown
      ? { en: 'Delete a Pod, and let its grace period pass.', zh: '删掉一个 Pod，并让宽限期过去。' }
      : hintStop('kube-controller-manager'),
  );
}

function hasContainers(moment: Moment, node: string): boolean {
  return pods(moment, APP).some(
    (pod) => pod.spec.nodeName === node && pod.status?.containerStatuses?.[0]?.state?.running,
  );
}

function silent(session: Session): CheckResult {
  const isSilent = (moment: Moment) => {
    const node = moment.reader('nodes').get('', 'node-1');
    const ready = node?.status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
    return !moment.isRunning('kubelet/node-1') && ready?.status === 'Unknown' && hasContainers(moment, 'node-1');
  };
  if (everHeld(session, isSilent))
    return pass('node-1 fell silent, its containers did not.', 'node-1 失去了联系，它的容器却没有停。');
  const wasDown = everHeld(session, (moment) => !moment.isRunning('kubelet/node-1'));
  return fail(
    'node-1 has not been given up yet.',
    'node-1 还没有被判为失联。',
    wasDown
      ? { en: 'Let a minute pass: the grace period is 40 seconds.', zh: '让时间走一分钟：宽限期是 40 秒。' }
      : hintStop('kubelet/node-1'),
  );
}

function headless(session: Session): CheckResult {
  const isHeadless = (moment: Moment) =>
    !moment.isRunning('kube-apiserver') && (hasContainers(moment, 'node-1') || hasContainers(moment, 'node-2'));
  const refused = session
    .trace()
    .some((record) => record.component === 'workstation' && !session.moment(record.step).isRunning('kube-apiserver'));
  if (everHeld(session, isHeadless) && refused) {
    return pass('kubectl was refused; the containers did not care.', 'kubectl 被拒绝了；容器并不在乎。');
  }
  return fail(
    'The API server has not been missed yet.',
    '还没有体会过没有 API 服务器。',
    everHeld(session, isHeadless) ? hintRun('kubectl get pods') : hintStop('kube-apiserver'),
  );
}

function healed(session: Session): CheckResult {
  const down = PROGRAMS.filter((program) => !session.moment().isRunning(program));
  if (down.length > 0) {
    return fail(`Not running: ${down.join(', ')}.`, `没有在运行：${down.join('、')}。`, {
      en: `Start ${down.join(', ')}.`,
      zh: `启动 ${down.join('、')}。`,
    });
  }
  return countReady(session, 3) ?? pass('Everything is back, with three ready Pods.', '一切恢复，有三个就绪的 Pod。');
}

function withoutScheduler(fork: Session) {
  fork.input('world', { kind: 'stop', component: 'kube-scheduler' });
  runLine(fork, 'kubectl scale deployment web --replicas=3');
  fork.advance(20_000);
  const all = pods(fork.moment(), APP);
  const waiting = all.filter((pod) => !pod.spec.nodeName);
  const answer = all.length < 3 ? 'missing' : waiting.length > 0 ? 'pending' : 'running';
  return {
    answer,
    explanation: {
      en: `In the copy there are ${all.length} Pods, ${waiting.length} of them without a node. The controllers create Pods, the scheduler places them; neither waits for the other.`,
      zh: `在副本里有 ${all.length} 个 Pod，其中 ${waiting.length} 个没有节点。控制器创建 Pod，调度器安排位置；谁也不等谁。`,
    },
  };
}

function withoutControllers(fork: Session) {
  fork.input('world', { kind: 'stop', component: 'kube-controller-manager' });
  const before = pods(fork.moment(), APP);
  if (before[0]) runLine(fork, `kubectl delete pod ${before[0].metadata.name}`);
  fork.advance(60_000);
  const after = pods(fork.moment(), APP).length;
  return {
    answer: after < before.length ? 'two' : 'three',
    explanation: {
      en: `In the copy ${after} of ${before.length} Pods are left after a minute. The store holds the wish for ${before.length}, but the program that compares wish and reality is stopped.`,
      zh: `在副本里，一分钟后 ${before.length} 个 Pod 剩下 ${after} 个。存储里写着要 ${before.length} 个，但负责比较期望与现实的程序停着。`,
    },
  };
}

function withoutApi(fork: Session) {
  fork.input('world', { kind: 'stop', component: 'kube-apiserver' });
  const { stderr } = runLine(fork, 'kubectl get pods');
  fork.advance(10_000);
  const isServing = hasContainers(fork.moment(), 'node-1') || hasContainers(fork.moment(), 'node-2');
  const answer = stderr === '' ? 'everything' : isServing ? 'containers' : 'nothing';
  return {
    answer,
    explanation: {
      en: `In the copy kubectl says: "${stderr.trim().split('\n').pop() ?? ''}". The containers belong to the runtime of their node and run on.`,
      zh: `在副本里 kubectl 说：“${stderr.trim().split('\n').pop() ?? ''}”。容器属于各自节点的运行时，照常运行。`,
    },
  };
}

const DEPLOY = [{ run: 'kubectl apply -f web.yaml' }, { settle: true }] as const;

export const whoDoesWhat: Lesson = {
  id: '1.1',
  minutes: 20,
  cluster: { nodes: 2 },
  en,
  zh,
  files: { 'web.yaml': web },
  checks: { deployed, pending, unreplaced, silent, headless, healed },
  predictions: {
    'without-scheduler': withoutScheduler,
    'without-controllers': withoutControllers,
    'without-api': withoutApi,
  },
  solution: [
    ...DEPLOY,
    { stop: 'kube-scheduler' },
    { run: 'kubectl scale deployment web --replicas=3' },
    { seconds: 10 },
    { start: 'kube-scheduler' },
    { settle: true },
    { stop: 'kube-controller-manager' },
    { run: 'kubectl delete $(kubectl get pods -l app=web -o name | head -1)' },
    { seconds: 60 },
    { start: 'kube-controller-manager' },
    { settle: true },
    { stop: 'kubelet/node-1' },
    { seconds: 60 },
    { start: 'kubelet/node-1' },
    { seconds: 20 },
    { stop: 'kube-apiserver' },
    { run: 'kubectl get pods' },
    { seconds: 10 },
    { start: 'kube-apiserver' },
    { seconds: 30 },
    { settle: true },
  ],
  wrongAnswers: [
    {
      why: 'scaled while the scheduler was running',
      acts: [...DEPLOY, { run: 'kubectl scale deployment web --replicas=3' }, { settle: true }],
      fails: 'pending',
    },
    {
      why: 'deleted a Pod while the controllers were running',
      acts: [...DEPLOY, { run: 'kubectl delete pod -l app=web' }, { settle: true }],
      fails: 'unreplaced',
    },
    {
      why: 'the kubelet was away too shortly',
      acts: [...DEPLOY, { stop: 'kubelet/node-1' }, { seconds: 10 }, { start: 'kubelet/node-1' }],
      fails: 'silent',
    },
    { why: 'etcd was left stopped', acts: [...DEPLOY, { stop: 'etcd' }, { seconds: 5 }], fails: 'healed' },
  ],
};
