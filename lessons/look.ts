import type { KubeObject, Moment, Session } from '../engine/index.ts';
import type { Bilingual } from './lesson.ts';

/** Pods of the namespace `default` now, optionally those with a label. */
export function pods(moment: Moment, label?: readonly [key: string, value: string]): readonly KubeObject[] {
  const all = moment.reader('pods').list('default');
  return label ? all.filter((pod) => pod.metadata.labels?.[label[0]] === label[1]) : all;
}

export function isReady(pod: KubeObject): boolean {
  const conditions = (pod.status?.conditions ?? []) as readonly { type: string; status: string }[];
  return (
    !pod.metadata.deletionTimestamp && conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

/** Every version of one object so far, oldest first; a deletion ends the list of one life. */
export function versions(session: Session, resource: string, name: string): readonly KubeObject[] {
  return session
    .record(resource)
    .filter(({ object }) => object.metadata.name === name && (object.metadata.namespace ?? '') === 'default')
    .map(({ object }) => object);
}

/** Moments at which something came in from outside or was stored, oldest first: enough to see every state there was. */
export function moments(session: Session): Moment[] {
  return session
    .trace()
    .filter((record) => record.input !== undefined || record.fromRevision !== record.toRevision)
    .map((record) => session.moment(record.step));
}

/** Whether there was a time at which this held. */
export function everHeld(session: Session, holds: (moment: Moment) => boolean): boolean {
  return moments(session).some(holds);
}

/** What keeps a Pod from being ready, from its own status, as a hint. */
export function troubleOf(pod: KubeObject): Bilingual {
  const name = pod.metadata.name;
  if (pod.metadata.deletionTimestamp) {
    return {
      en: `Pod ${name} is being deleted; let its grace period pass.`,
      zh: `Pod ${name} 正在删除；让宽限期过去。`,
    };
  }
  if (!pod.spec.nodeName) {
    return {
      en: `Pod ${name} has no node yet: look at \`kubectl describe pod ${name}\` and at whether kube-scheduler is running.`,
      zh: `Pod ${name} 还没有节点：看看 \`kubectl describe pod ${name}\`，以及 kube-scheduler 是否在运行。`,
    };
  }
  const waiting = pod.status?.containerStatuses?.find((status: KubeObject) => status.state?.waiting)?.state.waiting;
  if (waiting) {
    return {
      en: `A container of ${name} is waiting: ${waiting.reason}${waiting.message ? ` (${waiting.message})` : ''}.`,
      zh: `${name} 的容器在等待：${waiting.reason}${waiting.message ? `（${waiting.message}）` : ''}。`,
    };
  }
  return {
    en: `Pod ${name} is on ${pod.spec.nodeName}, phase ${pod.status?.phase ?? 'unknown'}: let some time pass.`,
    zh: `Pod ${name} 在 ${pod.spec.nodeName} 上，阶段 ${pod.status?.phase ?? '未知'}：再让时间走一会儿。`,
  };
}
