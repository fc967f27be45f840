import type { KubeObject } from '../../object.ts';
import { converse } from '../../process/conversation.ts';
import { complain } from '../../process/program.ts';
import { apiPath } from '../discovery.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';

/** Waits until the pod runs, attaches to its container and answers its exit code when it has ended. */
export function* attachToPod(session: Session, pod: Resource, timeout: number): Task<number> {
  const { flags } = session;
  if (flags.boolean('tty') && !session.invocation.terminal) {
    yield* complain('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  if (!flags.boolean('quiet')) {
    yield* complain(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
    );
  }
  let last = pod.object;
  const phaseIn =
    (...phases: string[]) =>
    (object: KubeObject) => {
      last = object;
      return phases.includes(object.status?.phase);
    };
  yield* waitFor(session, pod, timeout, phaseIn('Running', 'Succeeded', 'Failed'));
  if (last.status?.phase === 'Running') yield* attach(session, pod);
  else yield* showLogs(session, pod);
  if (last.spec?.restartPolicy === 'Always') return 0;
  yield* waitFor(session, pod, -1, phaseIn('Succeeded', 'Failed'));
  return Number(last.status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? 0);
}

function* attach(session: Session, { mapping, namespace, name }: Resource): Task {
  const hasInput = session.flags.boolean('stdin');
  const answer = yield* session.exchange('POST', apiPath(mapping, namespace, name, 'attach'), {
    query: {
      container: name,
      stdin: String(hasInput),
      stdout: 'true',
      stderr: String(!session.flags.boolean('tty')),
      tty: String(session.flags.boolean('tty')),
    },
  });
  if (answer.stream !== undefined) yield* converse(answer.stream, hasInput);
}

/** A container that ended before anybody could attach: its log is all there is. */
function* showLogs(session: Session, { mapping, namespace, name }: Resource): Task {
  const text = yield* session.get(apiPath(mapping, namespace, name, 'log'), { query: { container: name } });
  if (typeof text === 'string') yield* session.print(text);
}
