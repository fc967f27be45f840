import type { Status } from '../../apiserver/request.ts';
import type { KubeObject } from '../../object.ts';
import { converse } from '../../process/conversation.ts';
import type { Command } from '../command.ts';
import { CommandFailure, failure, ServerFailure, usageFailure } from '../failure.ts';
import { FILENAME_FLAGS } from '../global-flags.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { fetchNamed, parseTargets } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { type Captured, capture } from '../streams.ts';
import type { Task } from '../task.ts';
import { attachablePods, containersOf, defaultContainer } from './pod-choice.ts';

export const exec: Command = {
  name: 'exec',
  short: 'Execute a command in a container',
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  examples: ['# One command', 'kubectl exec web -- date', '', '# A shell', 'kubectl exec -it web -- sh'],
  flags: [
    ...FILENAME_FLAGS,
    { name: 'container', shorthand: 'c', type: 'string', usage: 'The container' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod' },
    { name: 'quiet', shorthand: 'q', type: 'boolean', usage: 'Only the output of the command' },
    { name: 'stdin', shorthand: 'i', type: 'boolean', usage: 'Pass standard input on' },
    { name: 'tty', shorthand: 't', type: 'boolean', usage: 'Standard input is a terminal' },
  ],
  run: runExec,
};

function* runExec(session: Session): Task {
  const { flags, args, dashAt } = session;
  const files = flags.strings('filename');
  const command = dashAt >= 0 ? args.slice(dashAt) : [];
  const names = dashAt >= 0 ? args.slice(0, dashAt) : args;
  if (names.length === 0 && files.length === 0) throw failure('pod, type/name or --filename must be specified');
  if (dashAt < 0 && names.length > 1) {
    throw usageFailure(
      session.path,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    );
  }
  if (names.length > 1)
    throw usageFailure(
      session.path,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    );
  if (command.length === 0) throw failure('you must specify at least one command for the container');
  const pod = yield* podOf(session, names[0], files);
  const status = yield* execInPod(session, pod, flags.string('container'), command, {
    hasInput: flags.boolean('stdin'),
    isTerminal: yield* wantsTerminal(session),
    isQuiet: flags.boolean('quiet'),
  });
  const problem = statusFailure(status);
  if (problem) throw problem;
}

function* wantsTerminal(session: Session): Task<boolean> {
  if (!session.flags.boolean('tty')) return false;
  if (session.invocation.terminal) return true;
  yield* session.complain('Unable to use a TTY - input is not a terminal or the right kind of file');
  return false;
}

/** The pod that is named, or one behind the object that is. */
export function* podOf(session: Session, word: string | undefined, files: readonly string[] = []): Task<KubeObject> {
  const resource = word === undefined ? yield* fileResource(session, files) : yield* resourceNamed(session, word);
  if (resource.mapping.kind === 'Pod') return resource.object;
  const pods = yield* attachablePods(session, resource);
  return pods[0] as KubeObject;
}

/** The object that `POD` or `TYPE/NAME` names. */
export function* resourceNamed(session: Session, word: string): Task<Resource> {
  const mapper = yield* session.mapper();
  const target = word.includes('/')
    ? parseTargets([word], mapper)[0]
    : { mapping: mapper.resource('pods'), name: word };
  if (!target?.name) throw failure('resource name may not be empty');
  return yield* fetchNamed(session, target.mapping, yield* session.namespace(), target.name);
}

function* fileResource(session: Session, files: readonly string[]): Task<Resource> {
  const { manifests } = yield* readManifests(session, files);
  if (manifests.length !== 1 || !manifests[0]) throw failure('cannot exec into multiple objects at a time');
  const { mapping, namespace, name } = yield* manifestResource(session, manifests[0]);
  return yield* fetchNamed(session, mapping, namespace, name);
}

interface ExecOptions {
  readonly hasInput: boolean;
  readonly isTerminal: boolean;
  readonly isQuiet?: boolean;
}

/** Runs a command in a container and answers the status it ended with. */
function* execInPod(
  session: Session,
  pod: KubeObject,
  named: string,
  command: readonly string[],
  options: ExecOptions,
): Task<Status | undefined> {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failure(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = named ? checkedContainer(pod, named) : yield* defaultContainer(pod, options.isQuiet);
  const stream = yield* execStream(session, pod, container, command, options);
  return stream === undefined ? undefined : yield* converse(stream, options.hasInput);
}

/** Starts a command in a container and answers the stream to it. */
function* execStream(
  session: Session,
  pod: KubeObject,
  container: string,
  command: readonly string[],
  options: ExecOptions,
): Task<number | undefined> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/exec`;
  try {
    const answer = yield* session.exchange('POST', path, {
      query: {
        container,
        command: command as unknown as string,
        stdin: String(options.hasInput),
        stdout: 'true',
        stderr: String(!options.isTerminal),
        tty: String(options.isTerminal),
      },
    });
    return answer.stream;
  } catch (error) {
    throw upgradeFailure(error);
  }
}

/** A container by pod and name; without a name the default one. */
export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Nothing is said about the choice of a container. */
  readonly isQuiet?: boolean;
  /** Where the choice is told: standard error, if not said otherwise. */
  readonly notes?: 1 | 2;
}

/** Runs a command in a container to its end. `failure` is what `kubectl exec` would have ended with. */
export function* runInContainer(
  session: Session,
  place: ContainerPlace,
  command: readonly string[],
  input?: string,
): Task<Captured & { readonly failure?: CommandFailure }> {
  const mapping = (yield* session.mapper()).resource('pods');
  const namespace = place.namespace || (yield* session.namespace());
  const { object: pod } = yield* fetchNamed(session, mapping, namespace, place.pod);
  const container = place.container
    ? checkedContainer(pod, place.container)
    : yield* defaultContainer(pod, place.isQuiet, place.notes);
  const options = { hasInput: input !== undefined, isTerminal: false };
  const stream = yield* execStream(session, pod, container, command, options);
  const captured: Captured =
    stream === undefined ? { stdout: '', stderr: '', status: undefined } : yield* capture(stream, input);
  const failure = statusFailure(captured.status);
  return { ...captured, ...(failure ? { failure } : {}) };
}

function checkedContainer(pod: KubeObject, name: string): string {
  const all = containersOf(pod);
  if (all.some((container) => container.name === name)) return name;
  throw failure(
    `container ${name} is not valid for pod ${pod.metadata.name} out of: ${all.map((container) => container.label).join(', ')}`,
  );
}

/** A connection that is refused before it becomes a stream. */
function upgradeFailure(error: unknown): unknown {
  if (!(error instanceof ServerFailure)) return error;
  if (error.reason === 'NotFound' && /^pods? /.test(error.message)) return error;
  if (error.reason === 'Forbidden') return error;
  const message = error.message;
  return failure(
    /^(Internal error|unable to upgrade)/.test(message) ? message : `unable to upgrade connection: ${message}`,
  );
}

/** The failure of a command that did not end well. */
function statusFailure(status: Status | undefined): CommandFailure | undefined {
  if (!status || status.status === 'Success') return undefined;
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code) {
    return new CommandFailure(`command terminated with exit code ${code}`, Number(code));
  }
  return failure(status.message ?? 'unknown');
}
