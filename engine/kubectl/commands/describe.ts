import { type Command, finished, type Task } from '../command.ts';
import {
  describeConfigMap,
  describeGeneric,
  describeNamespace,
  describeSecret,
  describeServiceAccount,
} from '../describe/config.ts';
import type { Describer } from '../describe/describer.ts';
import { eventLines } from '../describe/events.ts';
import { describeNode } from '../describe/node.ts';
import { describePod } from '../describe/pod.ts';
import { describeEndpointSlice, describeService } from '../describe/service.ts';
import { describeDeployment, describeReplicaSet } from '../describe/workloads.ts';
import { failure, isNotFound, joinFailures } from '../failure.ts';
import { ALL_NAMESPACES_FLAG, CHUNK_FLAG, FILENAME_FLAGS, SELECTOR_FLAG } from '../global-flags.ts';
import { DESCRIBE_TABS, TabWriter } from '../printers/tab-writer.ts';
import type { Resource } from '../resources/object.ts';
import { isAllNamespaces, select } from '../resources/selection.ts';
import type { Session } from '../session.ts';

/** Describers by kind. A kind without one is described by its fields. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  'apps/Deployment': describeDeployment,
  'apps/ReplicaSet': describeReplicaSet,
  'discovery.k8s.io/EndpointSlice': describeEndpointSlice,
  '/ConfigMap': describeConfigMap,
  '/Namespace': describeNamespace,
  '/Node': describeNode,
  '/Pod': describePod,
  '/ReplicationController': describeReplicaSet,
  '/Secret': describeSecret,
  '/Service': describeService,
  '/ServiceAccount': describeServiceAccount,
};

/** Kinds whose description has no section of events. */
const EVENTLESS = ['/Secret', '/Namespace'];

export const describe: Command = {
  name: 'describe',
  short: 'Show details of a specific resource or group of resources',
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  examples: ['kubectl describe pod web', 'kubectl describe nodes'],
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    ALL_NAMESPACES_FLAG,
    CHUNK_FLAG,
    { name: 'show-events', type: 'boolean', default: 'true', usage: 'Also the events of the object' },
  ],
  run: runDescribe,
};

function* runDescribe(session: Session): Task {
  const { args, flags } = session;
  if (args.length === 0 && flags.strings('filename').length === 0) {
    throw failure(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const { resources, failures } = yield* select(session, args, { allowsAll: true, isLatest: true });
  const found = resources.length > 0 ? resources : yield* byPrefix(session, failures);
  const withEvents = flags.boolean('show-events') && (found.length === 1 || flags.isSet('show-events'));
  for (const [index, resource] of found.entries()) {
    if (index > 0) yield* session.print('\n\n');
    yield* session.print(yield* describeOne(session, resource, withEvents));
  }
  if (found.length === 0 && failures.length === 0) {
    const place = isAllNamespaces(session) ? '' : ` in ${yield* session.namespace()} namespace.`;
    yield* session.complain(`No resources found${place}`);
  }
  if (failures.length > 0 && (resources.length > 0 || found.length === 0)) throw joinFailures(failures);
}

/** A name that does not exist may be the beginning of others. */
function* byPrefix(session: Session, failures: readonly Error[]): Task<readonly Resource[]> {
  const [type, prefix] = session.args;
  if (session.args.length !== 2 || failures.length !== 1 || !isNotFound(failures[0]) || !type || !prefix) return [];
  const { resources } = yield* select(session, [type], { allowsAll: true });
  return resources.filter((resource) => resource.name.startsWith(prefix));
}

function* describeOne(session: Session, resource: Resource, withEvents: boolean): Task<string> {
  const kind = `${resource.mapping.group}/${resource.mapping.kind}`;
  const body = yield* finished((DESCRIBERS[kind] ?? describeGeneric)(session, resource));
  const events = withEvents && !EVENTLESS.includes(kind) ? yield* eventLines(session, resource.object) : '';
  return new TabWriter(DESCRIBE_TABS).align(body + events);
}
