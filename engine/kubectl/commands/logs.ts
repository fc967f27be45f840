import type { ApiResponse } from '../../apiserver/request.ts';
import type { KubeObject } from '../../object.ts';
import { chunk, chunkOfAny, print } from '../../process/program.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { CommandFailure, failure, ServerFailure, usageFailure } from '../failure.ts';
import { SELECTOR_FLAG } from '../global-flags.ts';
import { parseTargets } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { attachablePods, containersOf, defaultContainer } from './pod-choice.ts';

export const logs: Command = {
  name: 'logs',
  short: 'Print the logs for a container in a pod',
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  examples: [
    '# The log of a pod',
    'kubectl logs web',
    '',
    '# The last lines, and what comes',
    'kubectl logs -f --tail=20 web',
    '',
    '# Of the run before the last restart',
    'kubectl logs -p web',
  ],
  flags: [
    SELECTOR_FLAG,
    { name: 'all-containers', type: 'boolean', usage: 'All containers of the pods' },
    { name: 'all-pods', type: 'boolean', usage: 'All pods of the object' },
    { name: 'container', shorthand: 'c', type: 'string', usage: 'The container' },
    { name: 'follow', shorthand: 'f', type: 'boolean', usage: 'Go on with what is written' },
    { name: 'ignore-errors', type: 'boolean', usage: 'With -f: go on after a failure' },
    { name: 'insecure-skip-tls-verify-backend', type: 'boolean', usage: "Do not check the kubelet's certificate" },
    { name: 'limit-bytes', type: 'int', default: '0', usage: 'At most so many bytes' },
    { name: 'max-log-requests', type: 'int', default: '5', usage: 'With -f and -l: how many logs at once' },
    { name: 'pod-running-timeout', type: 'duration', default: '20s', usage: 'How long to wait for a pod' },
    { name: 'prefix', type: 'boolean', usage: 'Pod and container before each line' },
    { name: 'previous', shorthand: 'p', type: 'boolean', usage: 'The run before the last restart' },
    { name: 'since', type: 'duration', default: '0s', usage: 'Only lines younger than this' },
    { name: 'since-time', type: 'string', usage: 'Only lines after this time' },
    { name: 'tail', type: 'int', default: '-1', usage: 'Only so many last lines' },
    { name: 'timestamps', type: 'boolean', usage: 'Time before each line' },
  ],
  run: runLogs,
};

function* runLogs(session: Session): Task {
  const { flags, args } = session;
  const selector = flags.string('selector');
  if (args.length === 0 && !selector) throw usageFailure(session.path, USAGE);
  if (args.length > 2) throw usageFailure(session.path, USAGE);
  if (selector && args.length === 1) throw usageFailure(session.path, 'only a selector (-l) or a POD name is allowed');
  checkSince(session);
  const pods = selector ? yield* selectedPods(session, selector) : yield* namedPods(session);
  const container = args.length === 2 ? (args[1] as string) : flags.string('container');
  checkChoice(session, container);
  if (pods.length === 0) {
    yield* session.complain(`No resources found in ${yield* session.namespace()} namespace.`);
    return;
  }
  const chosen: (readonly [KubeObject, string])[] = [];
  for (const pod of pods) {
    for (const name of yield* chosenContainers(session, pod, container)) chosen.push([pod, name]);
  }
  const most = flags.int('max-log-requests');
  if (flags.boolean('follow') && chosen.length > most && chosen.length > 1) {
    throw failure(
      `you are attempting to follow ${chosen.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    );
  }
  if (flags.boolean('follow') && chosen.length > 1) yield* followLogs(session, chosen);
  else for (const [pod, name] of chosen) yield* showLog(session, pod, name);
}

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

function checkSince({ flags }: Session): void {
  const time = flags.string('since-time');
  if (time !== '' && Number.isNaN(Date.parse(time))) {
    const text = JSON.stringify(time);
    throw failure(`parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text} as "2006"`);
  }
}

function checkChoice({ flags, args }: Session, container: string): void {
  if (flags.string('since-time') !== '' && flags.duration('since') !== 0) {
    throw failure('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.boolean('all-containers') && container !== '') {
    throw failure(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (flags.isSet('container') && args.length === 2) {
    throw failure('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.int('limit-bytes') < 0) throw failure('--limit-bytes must be greater than 0');
  if (flags.duration('since') < 0) throw failure('--since must be greater than 0');
  if (flags.int('tail') < -1) throw failure('--tail must be greater than or equal to -1');
}

function* selectedPods(session: Session, selector: string): Task<KubeObject[]> {
  const path = `/api/v1/namespaces/${yield* session.namespace()}/pods`;
  const list = (yield* session.get(path, { query: { labelSelector: selector } })) as { items: KubeObject[] };
  return list.items;
}

function* namedPods(session: Session): Task<KubeObject[]> {
  const [word = ''] = session.args;
  const namespace = yield* session.namespace();
  const mapper = yield* session.mapper();
  const target = word.includes('/')
    ? parseTargets([word], mapper)[0]
    : { mapping: mapper.resource('pods'), name: word };
  if (!target?.name) throw failure('resource name may not be empty');
  let object: KubeObject;
  try {
    object = (yield* session.get(apiPath(target.mapping, namespace, target.name))) as KubeObject;
  } catch (error) {
    if (error instanceof ServerFailure && error.reason === 'NotFound') {
      throw failure(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(namespace)}`);
    }
    throw error;
  }
  if (target.mapping.kind === 'Pod') return [object];
  const pods = yield* attachablePods(
    session,
    { mapping: target.mapping, namespace, name: target.name, object },
    'get the logs from',
  );
  if (session.flags.boolean('all-pods') || pods.length <= 1) return [...pods];
  yield* session.complain(`Found ${pods.length} pods, using pod/${pods[0]?.metadata.name}`);
  return pods.slice(0, 1);
}

function* chosenContainers(session: Session, pod: KubeObject, named: string): Task<string[]> {
  const all = containersOf(pod);
  if (session.flags.boolean('all-containers')) return all.map((container) => container.name);
  if (named) {
    if (all.some((container) => container.name === named)) return [named];
    throw failure(
      `container ${named} is not valid for pod ${pod.metadata.name} out of: ${all.map((container) => container.label).join(', ')}`,
    );
  }
  return [yield* defaultContainer(pod)];
}

function* openLog(session: Session, pod: KubeObject, container: string): Task<ApiResponse> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log`;
  return yield* session.exchange('GET', path, { query: logQuery(session, container) });
}

function prefixOf({ flags }: Session, pod: KubeObject, container: string): string {
  return flags.boolean('prefix') ? `[pod/${pod.metadata.name}/${container}] ` : '';
}

function* showLog(session: Session, pod: KubeObject, container: string): Task {
  const prefix = prefixOf(session, pod, container);
  const answer = yield* openLog(session, pod, container);
  if (answer.stream === undefined) return yield* print(prefixed(bodyText(answer), prefix));
  let isLineStart = true;
  for (;;) {
    const part = yield* chunk(answer.stream);
    if (typeof part === 'string') return;
    if (!('text' in part)) continue;
    const text = part.text.replace(/\n(?=[\s\S])/g, `\n${prefix}`);
    yield* print((isLineStart ? prefix : '') + text);
    isLineStart = part.text.endsWith('\n');
  }
}

/** A log that is followed beside others: its lines come out whole. */
interface FollowedLog {
  readonly prefix: string;
  /** The start of a line that goes on. */
  readonly begun: string;
}

/**
 * Follows several logs at once, each line when it is written (parallelConsumeRequest in staging's
 * kubectl/pkg/cmd/logs/logs.go): the one that ends leaves the others alone.
 */
function* followLogs(session: Session, chosen: readonly (readonly [KubeObject, string])[]): Task {
  let open: ReadonlyMap<number, FollowedLog> = new Map();
  for (const [pod, container] of chosen) {
    const prefix = prefixOf(session, pod, container);
    try {
      const answer = yield* openLog(session, pod, container);
      if (answer.stream === undefined) yield* print(prefixed(bodyText(answer), prefix));
      else open = new Map([...open, [answer.stream, { prefix, begun: '' }]]);
    } catch (error) {
      const isKnown = error instanceof CommandFailure || error instanceof ServerFailure;
      if (!isKnown || !session.flags.boolean('ignore-errors')) throw error;
      yield* print(`error: ${error.message}\n`);
    }
  }
  while (open.size > 0) {
    const { stream, chunk: part } = yield* chunkOfAny([...open.keys()]);
    const { prefix, begun } = open.get(stream) as FollowedLog;
    if (part === 'closed') {
      yield* print(prefixed(begun, prefix));
      open = new Map([...open].filter(([other]) => other !== stream));
    } else if ('text' in part) {
      const text = begun + part.text;
      const end = text.lastIndexOf('\n') + 1;
      yield* print(prefixed(text.slice(0, end), prefix));
      open = new Map([...open, [stream, { prefix, begun: text.slice(end) }]]);
    }
  }
}

function bodyText({ body }: ApiResponse): string {
  return typeof body === 'string' ? body : '';
}

function prefixed(text: string, prefix: string): string {
  return prefix === '' ? text : text.replace(/^(?=[\s\S])/gm, prefix);
}

function logQuery(session: Session, container: string): Record<string, string> {
  const { flags } = session;
  const query: Record<string, string> = { container };
  if (flags.boolean('follow')) query.follow = 'true';
  if (flags.boolean('previous')) query.previous = 'true';
  if (flags.boolean('timestamps')) query.timestamps = 'true';
  if (flags.string('since-time')) query.sinceTime = flags.string('since-time');
  if (flags.duration('since') > 0) query.sinceSeconds = String(Math.ceil(flags.duration('since') / 1000));
  if (flags.int('limit-bytes') > 0) query.limitBytes = String(flags.int('limit-bytes'));
  const tail = flags.isSet('tail') ? flags.int('tail') : flags.string('selector') ? 10 : -1;
  if (tail >= 0) query.tailLines = String(tail);
  return query;
}
