import type { KubeObject } from '../object.ts';
import { apiPath, resourceName } from './discovery.ts';
import { failure, isNotFound } from './failure.ts';
import type { Resource } from './resources/object.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';
import { openWatch } from './watching.ts';

/**
 * Waits until an object meets a condition, or, with `isGone`, until it no longer exists. Throws when `timeout`
 * milliseconds are over (0 looks once, a negative one waits for a week).
 */
export function* waitFor(
  session: Session,
  resource: Resource,
  timeout: number,
  isMet: (object: KubeObject) => boolean,
  isGone = false,
): Task {
  const end = (yield* session.now()) + (timeout < 0 ? 604_800_000 : timeout);
  for (;;) {
    const object = yield* look(session, resource);
    if (isMetBy(object, resource, isMet, isGone)) return;
    if (!object && !isGone)
      throw failure(`${resourceName(resource.mapping)} ${JSON.stringify(resource.name)} not found`);
    if (timeout === 0) throw failure(`condition not met for ${resource.mapping.resource}/${resource.name}`);
    if (yield* watchFor(session, resource, object, end, isMet, isGone)) return;
  }
}

function* look(session: Session, resource: Resource): Task<KubeObject | undefined> {
  try {
    return (yield* session.get(apiPath(resource.mapping, resource.namespace, resource.name))) as KubeObject;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** An object of the same name with another uid is another object: the one waited for is gone. */
function isMetBy(
  object: KubeObject | undefined,
  resource: Resource,
  isMet: (object: KubeObject) => boolean,
  isGone: boolean,
): boolean {
  if (!isGone) return object !== undefined && isMet(object);
  const uid = resource.object.metadata?.uid;
  return object === undefined || (uid !== undefined && object.metadata.uid !== uid);
}

function* watchFor(
  session: Session,
  resource: Resource,
  object: KubeObject | undefined,
  end: number,
  isMet: (object: KubeObject) => boolean,
  isGone: boolean,
): Task<boolean> {
  const watch = yield* openWatch(session, apiPath(resource.mapping, resource.namespace), {
    fieldSelector: `metadata.name=${resource.name}`,
    ...(object ? { resourceVersion: object.metadata.resourceVersion } : {}),
  });
  for (;;) {
    const left = end - (yield* session.now());
    const change = left <= 0 ? 'timeout' : yield* watch.next(left);
    if (change === 'timeout') {
      yield* watch.close();
      throw timedOut(resource);
    }
    if (change === 'closed' || change.type === 'ERROR') return false;
    if (change.type === 'BOOKMARK') continue;
    const isDone = change.type === 'DELETED' ? isGone : isMetBy(change.object, resource, isMet, isGone);
    if (isDone) {
      yield* watch.close();
      return true;
    }
  }
}

function timedOut(resource: Resource): Error {
  return failure(`timed out waiting for the condition on ${resource.mapping.resource}/${resource.name}`);
}
