import type { KubeObject, Session } from '../../engine/index.ts';
import { runLine } from '../acts.ts';
import { type CheckResult, fail, type Lesson, pass } from '../lesson.ts';
import { isReady, pods, troubleOf, versions } from '../look.ts';
import en from './en.md?raw';
import fourthYaml from './files/fourth.yaml?raw';
import shopYaml from './files/shop.yaml?raw';
import zh from './zh.md?raw';

const SHOP = ['app', 'shop'] as const;
const APPLY = 'kubectl apply -f shop.yaml';
const ADD_FOURTH = 'kubectl apply -f fourth.yaml';
const RELEASE = 'kubectl label $(kubectl get pods -l app=shop -o name | head -1) app=suspect --overwrite';
const ORPHAN = 'kubectl delete replicaset shop --cascade=orphan';

const hintRun = (line: string) => ({ en: `Run: ${line}`, zh: `运行：${line}` });
const ownerOf = (pod: KubeObject) => pod.metadata.ownerReferences?.find((reference) => reference.controller);

/** Why there are not exactly three ready Pods of the shop; undefined when there are. */
function lacking(session: Session): CheckResult | undefined {
  const replicaSet = session.moment().reader('replicasets.apps').get('default', 'shop');
  if (!replicaSet) return fail('There is no ReplicaSet shop.', '没有 ReplicaSet shop。', hintRun(APPLY));
  if (replicaSet.spec.replicas !== 3) {
    return fail(
      `shop wants ${replicaSet.spec.replicas} copies, not 3.`,
      `shop 要的是 ${replicaSet.spec.replicas} 份，不是 3 份。`,
      hintRun('kubectl scale replicaset shop --replicas=3'),
    );
  }
  const all = pods(session.moment(), SHOP);
  const ready = all.filter(isReady);
  if (ready.length === 3 && all.length === 3) return undefined;
  return fail(
    `${ready.length} of ${all.length} Pods of shop are ready; three are wanted.`,
    `shop 的 ${all.length} 个 Pod 里有 ${ready.length} 个就绪；要的是三个。`,
    ...all.filter((pod) => !isReady(pod)).map(troubleOf),
  );
}

function three(session: Session): CheckResult {
  return lacking(session) ?? pass('Three ready Pods, as wanted.', '三个就绪的 Pod，正如所愿。');
}

function replaced(session: Session): CheckResult {
  const gone = session
    .record('pods')
    .some(({ type, object }) => type === 'DELETED' && ownerOf(object)?.name === 'shop');
  if (!gone)
    return fail(
      'None of the Pods has been deleted.',
      '还没有删除过这些 Pod。',
      hintRun('kubectl delete $(kubectl get pods -l app=shop -o name | head -1)'),
    );
  return lacking(session) ?? pass('One went, another came.', '走了一个，来了一个。');
}

function fourthRemoved(session: Session): CheckResult {
  const lives = versions(session, 'pods', 'fourth');
  if (lives.length === 0)
    return fail('No Pod called fourth has come yet.', '还没有名叫 fourth 的 Pod 来过。', hintRun(ADD_FOURTH));
  if (!lives.some((pod) => ownerOf(pod)?.name === 'shop')) {
    return fail('The Pod fourth was never taken in by shop.', 'Pod fourth 从未被 shop 收下。', {
      en: 'Its label must be app=shop, and the ReplicaSet must be there.',
      zh: '它的标签必须是 app=shop，而且 ReplicaSet 要在。',
    });
  }
  if (session.moment().reader('pods').get('default', 'fourth')) {
    return fail('The Pod fourth is still there.', 'Pod fourth 还在。', {
      en: 'Let time pass until nothing moves.',
      zh: '让时间走到一切静止。',
    });
  }
  return (
    lacking(session) ??
    pass('shop took fourth in, counted four and removed one.', 'shop 收下 fourth，数出四个，移走了一个。')
  );
}

function released(session: Session): CheckResult {
  const free = session
    .moment()
    .reader('pods')
    .list('default')
    .filter((pod) => pod.metadata.labels?.app !== 'shop' && !ownerOf(pod) && isReady(pod));
  const wasOwned = free.some((pod) =>
    versions(session, 'pods', pod.metadata.name).some((version) => ownerOf(version)?.name === 'shop'),
  );
  if (!wasOwned) return fail('No Pod of shop has been let go.', '还没有放走 shop 的 Pod。', hintRun(RELEASE));
  return (
    lacking(session) ??
    pass('One is free and runs on; shop has made up for it.', '有一个自由了，照样运行；shop 已经补足。')
  );
}

function adopted(session: Session): CheckResult {
  const replicaSet = session.moment().reader('replicasets.apps').get('default', 'shop');
  if (!replicaSet) return fail('There is no ReplicaSet shop.', '没有 ReplicaSet shop。', hintRun(APPLY));
  const changed = pods(session.moment(), SHOP).filter((pod) => {
    const owners = versions(session, 'pods', pod.metadata.name).map((version) => ownerOf(version)?.uid);
    return (
      ownerOf(pod)?.uid === replicaSet.metadata.uid &&
      owners.some((uid) => uid !== undefined && uid !== replicaSet.metadata.uid)
    );
  });
  if (changed.length < 3) {
    return fail(
      `${changed.length} Pods have changed their owner; it should be three.`,
      `有 ${changed.length} 个 Pod 换了主人；应当是三个。`,
      hintRun(`${ORPHAN}; ${APPLY}`),
    );
  }
  return (
    lacking(session) ??
    pass('The new ReplicaSet has adopted the Pods of the old one.', '新的 ReplicaSet 收养了旧 ReplicaSet 的 Pod。')
  );
}

function predictFourth(fork: Session) {
  if (!fork.moment().reader('replicasets.apps').get('default', 'shop')) runLine(fork, APPLY);
  fork.settle();
  const before = pods(fork.moment(), SHOP).map((pod) => pod.metadata.name);
  runLine(fork, ADD_FOURTH);
  fork.settle();
  const after = pods(fork.moment(), SHOP).map((pod) => pod.metadata.name);
  const isKept = after.includes('fourth');
  const isOldKept = before.every((name) => after.includes(name));
  return {
    answer: !isKept ? 'removes-fourth' : isOldKept ? 'keeps' : 'removes-old',
    explanation: {
      en: `In the copy these are left: ${after.join(', ')}. A matching label is enough to be taken in; then four are one too many, and the newcomer is the first to go.`,
      zh: `在副本里剩下的是：${after.join('、')}。标签符合就会被收下；于是四个多了一个，新来的先走。`,
    },
  };
}

function predictAdopt(fork: Session) {
  if (fork.moment().reader('replicasets.apps').get('default', 'shop')) runLine(fork, ORPHAN);
  const before = pods(fork.moment(), SHOP).map((pod) => pod.metadata.name);
  runLine(fork, APPLY);
  fork.settle();
  const created = pods(fork.moment(), SHOP).filter((pod) => !before.includes(pod.metadata.name)).length;
  return {
    answer: created === 0 ? 'none' : 'three',
    explanation: {
      en: `In the copy ${created} Pods were created. The three orphans match the selector and belong to nobody, so they are adopted.`,
      zh: `在副本里创建了 ${created} 个 Pod。三个孤儿符合选择算符，又不属于谁，于是被收养。`,
    },
  };
}

const START = [{ run: APPLY }, { settle: true }] as const;

export const replicaSet: Lesson = {
  id: '3.2',
  minutes: 15,
  cluster: { nodes: 3 },
  en,
  zh,
  files: { 'shop.yaml': shopYaml, 'fourth.yaml': fourthYaml },
  checks: { three, replaced, 'fourth-removed': fourthRemoved, released, adopted },
  predictions: { fourth: predictFourth, adopt: predictAdopt },
  solution: [
    ...START,
    { run: 'kubectl delete $(kubectl get pods -l app=shop -o name | head -1)' },
    { settle: true },
    { run: ADD_FOURTH },
    { settle: true },
    { run: RELEASE },
    { settle: true },
    { run: ORPHAN },
    { run: APPLY },
    { settle: true },
  ],
  wrongAnswers: [
    {
      why: 'five copies',
      acts: [{ apply: 'shop.yaml', edit: ['replicas: 3', 'replicas: 5'] }, { settle: true }],
      fails: 'three',
    },
    { why: 'nothing was killed', acts: START, fails: 'replaced' },
    {
      why: 'the fourth has another label',
      acts: [...START, { apply: 'fourth.yaml', edit: ['app: shop', 'app: other'] }, { settle: true }],
      fails: 'fourth-removed',
    },
    {
      why: 'a Pod that never belonged',
      acts: [...START, { run: 'kubectl run stranger --image=httpd:2.4' }, { settle: true }],
      fails: 'released',
    },
    {
      why: 'the Pods went with their owner',
      acts: [...START, { run: 'kubectl delete replicaset shop' }, { run: APPLY }, { settle: true }],
      fails: 'adopted',
    },
  ],
};
