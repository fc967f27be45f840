import type { StreamChunk } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { chunk } from '../process/program.ts';
import { ServerFailure } from './failure.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';

export interface WatchChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** An open watch: `next` answers changes, 'closed', or 'timeout'. */
export class ObjectWatch {
  private readonly stream: number;

  constructor(stream: number) {
    this.stream = stream;
  }

  /** Waits for a change, for ever or up to `timeout` milliseconds. */
  *next(timeout?: number): Task<WatchChange | 'closed' | 'timeout'> {
    const answer: StreamChunk | 'closed' | 'timeout' = yield* chunk(this.stream, timeout);
    if (typeof answer === 'string') return answer;
    if (!('watch' in answer)) return 'closed';
    return answer.watch;
  }

  *close(): Task {
    yield { call: 'sendToStream', stream: this.stream, close: true };
  }
}

/** Opens a watch of a collection. */
export function* openWatch(
  session: Session,
  path: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Task<ObjectWatch> {
  const answer = yield* session.exchange('GET', path, { query: { ...query, watch: 'true' }, headers });
  if (answer.stream === undefined) throw new ServerFailure(answer.body as ServerFailure['status']);
  return new ObjectWatch(answer.stream);
}
