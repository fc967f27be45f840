import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { type DryRun, dryRunOf } from '../dry-run.ts';
import { failure, joinFailures, ServerFailure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, fieldManagerFlag, OUTPUT_FLAGS, SELECTOR_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { quotedName } from '../resources/object.ts';
import { collect, hasFiles, select, selectAll } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { finished, type Task } from '../task.ts';
import { openWatch } from '../watching.ts';
import { patchResource, report } from '../writing.ts';
import { rolloutHistory, rolloutUndo } from './rollout-history.ts';
import { rolloutStatus } from './rollout-state.ts';

const COMMON: readonly Flag[] = [...FILENAME_FLAGS, SELECTOR_FLAG];

/** Rollout commands want to be told an object. */
function* rolledOut(session: Session): Task<readonly Resource[]> {
  return yield* selectAll(session, rolledOutArguments(session), { isLatest: true, allowsAll: true, isTyped: true });
}

function rolledOutArguments(session: Session): readonly string[] {
  if (session.args.length === 0 && !hasFiles(session)) {
    throw failure('required resource not specified');
  }
  return session.args;
}

function changeCommand(
  name: string,
  short: string,
  done: string,
  unsupported: string,
  change: (session: Session, resource: Resource) => Task<object> | object,
): Command {
  return {
    name,
    short,
    usage: 'RESOURCE',
    flags: [
      ...COMMON,
      ...OUTPUT_FLAGS,
      ...(name === 'restart' ? [DRY_RUN_FLAG] : []),
      fieldManagerFlag('kubectl-rollout'),
    ],
    *run(session): Task {
      const printer = yield* outputPrinter(session);
      const found = yield* select(session, rolledOutArguments(session), {
        isLatest: true,
        allowsAll: true,
        isTyped: true,
      });
      const failures = [...found.failures];
      for (const resource of found.resources) {
        try {
          const kinds = name === 'restart' ? ['Deployment', 'DaemonSet', 'StatefulSet'] : ['Deployment'];
          if (!kinds.includes(resource.mapping.kind))
            throw failure(`${quotedName(resource)} ${unsupported} is not supported`);
          const patch = yield* finished(change(session, resource));
          const dryRun = name === 'restart' ? dryRunOf(session) : 'none';
          const object = dryRun === 'client' ? resource.object : yield* patched(session, resource, patch, dryRun);
          yield* report(session, { ...resource, object }, done, dryRun, printer);
        } catch (error) {
          collect(failures, error);
        }
      }
      if (failures.length > 0) throw joinFailures(failures);
    },
  };
}

const pause = changeCommand('pause', 'Mark the provided resource as paused', 'paused', 'pausing', (_, resource) => {
  if (resource.object.spec.paused) throw failure(`${quotedName(resource)} is already paused`);
  return { spec: { paused: true } };
});

const resume = changeCommand('resume', 'Resume a paused resource', 'resumed', 'resuming', (_, resource) => {
  if (!resource.object.spec.paused) throw failure(`${quotedName(resource)} is not paused`);
  return { spec: { paused: null } };
});

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

const restart = changeCommand(
  'restart',
  'Restart a resource',
  'restarted',
  'restarting',
  function* (session, resource) {
    if (resource.object.spec.paused) {
      throw failure(`${quotedName(resource)} can't restart paused deployment (run rollout resume first)`);
    }
    const time = timestamp(yield* session.now());
    if (at(resource.object, 'spec', 'template', 'metadata', 'annotations', RESTARTED_AT) === time) {
      throw failure(
        `failed to create patch for ${resource.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
      );
    }
    return { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: time } } } } };
  },
);

const status: Command = {
  name: 'status',
  short: 'Show the status of the rollout',
  usage: '(TYPE NAME | TYPE/NAME)',
  flags: [
    ...COMMON,
    { name: 'revision', type: 'int', default: '0', usage: 'Only this revision' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 as long as it takes' },
    { name: 'watch', shorthand: 'w', type: 'boolean', default: 'true', usage: 'Wait until it is done' },
  ],
  *run(session): Task {
    for (const resource of yield* rolledOut(session)) yield* watchRollout(session, resource);
  },
};

function* watchRollout(session: Session, resource: Resource): Task {
  const { flags } = session;
  const timeout = flags.duration('timeout');
  const end = timeout > 0 ? (yield* session.now()) + timeout : undefined;
  let printed = '';
  let object: KubeObject = resource.object;
  for (;;) {
    const watch = yield* openWatch(session, apiPath(resource.mapping, resource.namespace), {
      fieldSelector: `metadata.name=${resource.name}`,
      resourceVersion: object.metadata.resourceVersion,
    });
    for (;;) {
      const { message, isDone } = rolloutStatus(resource, object, flags.int('revision'));
      if (message !== printed) yield* session.print(message);
      printed = message;
      if (isDone || !flags.boolean('watch')) return yield* watch.close();
      const change = yield* watch.next(end === undefined ? undefined : Math.max(0, end - (yield* session.now())));
      if (change === 'timeout') {
        yield* watch.close();
        throw failure('timed out waiting for the condition');
      }
      if (change === 'closed' || change.type === 'ERROR') break;
      if (change.type === 'DELETED') throw failure('object has been deleted');
      if (change.type !== 'BOOKMARK') object = change.object;
    }
    object = (yield* session.get(apiPath(resource.mapping, resource.namespace, resource.name))) as KubeObject;
  }
}

export const rollout: Command = {
  name: 'rollout',
  short: 'Manage the rollout of a resource',
  long: 'Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets',
  examples: [
    '# Rollback to the previous deployment',
    'kubectl rollout undo deployment/abc',
    '',
    '# Check the rollout status of a daemonset',
    'kubectl rollout status daemonset/foo',
    '',
    '# Restart a deployment',
    'kubectl rollout restart deployment/abc',
    '',
    "# Restart deployments with the 'app=nginx' label",
    'kubectl rollout restart deployment --selector=app=nginx',
  ],
  usage: 'SUBCOMMAND',
  bare: { fd: 1, code: 1 },
  subcommands: [rolloutHistory(rolledOut), pause, restart, resume, status, rolloutUndo(rolledOut)],
};

/** What the server refuses is told as kubectl's own failure. */
function* patched(session: Session, resource: Resource, patch: object, dryRun: DryRun): Task<KubeObject> {
  try {
    return yield* patchResource(session, resource, 'strategic', patch, dryRun);
  } catch (error) {
    if (error instanceof ServerFailure) throw failure(`failed to patch: ${error.message}`);
    throw error;
  }
}
