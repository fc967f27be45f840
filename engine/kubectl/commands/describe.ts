import type { Command } from '../command.ts';
import { describerOf } from '../describe/describers.ts';
import { eventLines } from '../describe/events.ts';
import { failure, isNotFound, joinFailures, unprefixed } from '../failure.ts';
import { ALL_NAMESPACES_FLAG, CHUNK_FLAG, FILENAME_FLAGS, SELECTOR_FLAG } from '../global-flags.ts';
import { DESCRIBE_TABS, TabWriter } from '../printers/tab-writer.ts';
import type { Resource } from '../resources/object.ts';
import { hasFiles, isAllNamespaces, select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { finished, type Task } from '../task.ts';

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
  if (args.length === 0 && !hasFiles(session)) {
    throw failure(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const { resources, failures } = yield* select(session, args, { allowsAll: true, isLatest: true });
  if (isNotFound(failures[0]) && args.length === 2) {
    yield* describeMatching(session, failures[0]);
    return;
  }
  const withEvents = flags.isSet('show-events')
    ? flags.boolean('show-events')
    : resources.length === 1 && (failures.length === 0 || args.length === 0);
  for (const [index, resource] of resources.entries()) {
    if (index > 0) yield* session.print('\n\n');
    yield* session.print(yield* describeOne(session, resource, withEvents));
  }
  if (resources.length === 0 && failures.length === 0) {
    const place = isAllNamespaces(session) ? '' : ` in ${yield* session.namespace()} namespace.`;
    yield* session.complain(`No resources found${place}`);
  }
  if (failures.length > 0) throw joinFailures(args.length > 0 ? failures : failures.map(unprefixed));
}

/** A name that does not exist may be the beginning of others. */
function* describeMatching(session: Session, notFound: Error): Task {
  const [type = '', prefix = ''] = session.args;
  const { resources } = yield* select(session, [type], { allowsAll: true });
  const matching = resources.filter((resource) => resource.name.startsWith(prefix));
  if (matching.length === 0) throw notFound;
  const withEvents = session.flags.isSet('show-events') && session.flags.boolean('show-events');
  for (const resource of matching) {
    yield* session.print(`${yield* describeOne(session, resource, withEvents)}\n`);
  }
}

function* describeOne(session: Session, resource: Resource, withEvents: boolean): Task<string> {
  const { describe, hasEvents } = describerOf(resource.mapping.group, resource.mapping.kind);
  const body = yield* finished(describe(session, resource));
  const events = withEvents && hasEvents ? yield* eventLines(session, resource.object) : '';
  return new TabWriter(DESCRIBE_TABS).align(body + events);
}
