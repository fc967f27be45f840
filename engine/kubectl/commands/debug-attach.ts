import type { KubeObject } from '../../object.ts';
import { converse } from '../../process/conversation.ts';
import { complain } from '../../process/program.ts';
import { apiPath } from '../discovery.ts';
import { ServerFailure } from '../failure.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';

interface ContainerState {
  readonly name: string;
  readonly state?: { readonly running?: object; readonly terminated?: object; readonly waiting?: { message?: string } };
}

const LISTS = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];

function stateOf(pod: KubeObject, container: string): ContainerState['state'] {
  const statuses = LISTS.flatMap((list) => (pod.status?.[list] ?? []) as ContainerState[]);
  return statuses.find(({ name }) => name === container)?.state;
}

/** Waits until a container runs and attaches to it; one that has ended already shows its log. */
export function* attachToContainer(session: Session, pod: Resource, container: string): Task {
  const { flags } = session;
  if (!flags.boolean('quiet')) {
    yield* complain(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
    );
  }
  let last = pod.object;
  const messages: string[] = [];
  yield* waitFor(session, pod, -1, (object) => {
    last = object;
    const state = stateOf(object, container);
    if (state?.waiting?.message) messages.push(state.waiting.message);
    return state?.running !== undefined || state?.terminated !== undefined;
  });
  if (!flags.boolean('quiet')) {
    for (const message of messages) yield* session.warn(`container ${container}: ${message}`);
  }
  if (stateOf(last, container)?.terminated) return yield* showLog(session, pod, container);
  try {
    yield* attach(session, pod, container);
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    yield* session.complain(
      `warning: couldn't attach to pod/${pod.name}, falling back to streaming logs: ${error.message}`,
    );
    yield* showLog(session, pod, container);
  }
}

function* attach(session: Session, { mapping, namespace, name }: Resource, container: string): Task {
  const hasInput = session.flags.boolean('stdin');
  const isTerminal = session.flags.boolean('tty');
  const { stream } = yield* session.exchange('POST', apiPath(mapping, namespace, name, 'attach'), {
    query: {
      container,
      stdin: String(hasInput),
      stdout: 'true',
      stderr: String(!isTerminal),
      tty: String(isTerminal),
    },
  });
  if (stream !== undefined) yield* converse(stream, hasInput);
}

function* showLog(session: Session, { mapping, namespace, name }: Resource, container: string): Task {
  const text = yield* session.get(apiPath(mapping, namespace, name, 'log'), { query: { container } });
  if (typeof text === 'string') yield* session.print(text);
}
