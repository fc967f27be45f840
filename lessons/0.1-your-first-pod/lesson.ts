import type { Session } from '../../engine/index.ts';
import { runLine } from '../acts.ts';
import { type CheckResult, fail, type Lesson, pass } from '../lesson.ts';
import { isReady, troubleOf, versions } from '../look.ts';
import en from './en.md?raw';
import zh from './zh.md?raw';

const RUN = 'kubectl run web --image=nginx:1.25';

function webOf(session: Session) {
  return session.moment().reader('pods').get('default', 'web');
}

function notThere(session: Session): CheckResult {
  const others = session
    .moment()
    .reader('pods')
    .list('default')
    .map((pod) => pod.metadata.name);
  const hint =
    others.length > 0
      ? {
          en: `There is ${others.join(', ')}, but the lesson asks for the name web.`,
          zh: `现有 ${others.join('、')}，但本课要的名字是 web。`,
        }
      : { en: `Run: ${RUN}`, zh: `运行：${RUN}` };
  return fail('There is no Pod called web.', '没有名叫 web 的 Pod。', hint);
}

function created(session: Session): CheckResult {
  if (versions(session, 'pods', 'web').length === 0) return notThere(session);
  return pass('The API server has stored the Pod web.', 'API 服务器已经存下 Pod web。');
}

function running(session: Session): CheckResult {
  const pod = webOf(session);
  if (!pod) return notThere(session);
  if (!isReady(pod))
    return fail('The Pod web is there, but it is not ready.', 'Pod web 在，但还没有就绪。', troubleOf(pod));
  return pass(
    `web runs on ${pod.spec.nodeName} at ${pod.status.podIP}.`,
    `web 在 ${pod.spec.nodeName} 上运行，地址 ${pod.status.podIP}。`,
  );
}

function gone(session: Session): CheckResult {
  const pod = webOf(session);
  const hasRun = versions(session, 'pods', 'web').some(isReady);
  if (!hasRun) {
    return fail(
      'The Pod web has never been ready.',
      'Pod web 从来没有就绪过。',
      pod ? troubleOf(pod) : { en: `Run: ${RUN}`, zh: `运行：${RUN}` },
    );
  }
  if (pod) {
    return fail(
      'The Pod web is still there.',
      'Pod web 还在。',
      pod.metadata.deletionTimestamp
        ? troubleOf(pod)
        : { en: 'Run: kubectl delete pod web', zh: '运行：kubectl delete pod web' },
    );
  }
  return pass(
    'web has run and is gone; its history is still in the time bar.',
    'web 运行过，已经不在了；它的历史还在时间条里。',
  );
}

/** Who writes to the Pod first after it was created: the API server's write is followed by the scheduler's binding. */
function first(fork: Session) {
  if (!webOf(fork)) runLine(fork, RUN);
  fork.until((session) => webOf(session)?.spec.nodeName !== undefined, 60_000);
  const bound = fork.record('pods').find(({ object }) => object.metadata.name === 'web' && object.spec.nodeName);
  const writer = bound && fork.stepOfRevision(bound.revision)?.component;
  return {
    answer: writer === 'kube-scheduler' ? 'scheduler' : 'kubelet',
    explanation: {
      en: `In the copy, ${writer} was the first to act: it gave the Pod the node ${bound?.object.spec.nodeName}. A kubelet cares only for Pods that carry its node's name, and no image is fetched before a kubelet asks.`,
      zh: `在副本里，最先行动的是 ${writer}：它给 Pod 定了节点 ${bound?.object.spec.nodeName}。kubelet 只关心写着自己节点名字的 Pod；在 kubelet 开口之前，也不会拉取镜像。`,
    },
  };
}

export const yourFirstPod: Lesson = {
  id: '0.1',
  minutes: 10,
  cluster: { nodes: 2 },
  en,
  zh,
  files: {},
  checks: { created, running, gone },
  predictions: { first },
  solution: [{ run: RUN }, { settle: true }, { run: 'kubectl delete pod web' }],
  wrongAnswers: [
    { why: 'another name', acts: [{ run: 'kubectl run wbe --image=nginx:1.25' }, { settle: true }], fails: 'created' },
    {
      why: 'an image that does not exist',
      acts: [{ run: 'kubectl run web --image=nginx:nosuch' }, { seconds: 30 }],
      fails: 'running',
    },
    {
      why: 'deleted before it ever ran',
      acts: [{ run: `${RUN} && kubectl delete pod web --now --wait=false` }, { seconds: 60 }],
      fails: 'gone',
    },
  ],
};
