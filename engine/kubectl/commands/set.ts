import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiVersionOf } from '../discovery.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure, joinFailures, ServerFailure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import { asTyped } from '../generate/typed.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  LOCAL_FLAG,
  OUTPUT_FLAGS,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { threeWayPatch } from '../merge/three-way.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { collect, select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { finished, type Task } from '../task.ts';
import { patchResource, recorded, report } from '../writing.ts';

/** Flags of all `set` commands. */
export const SET_FLAGS: readonly Flag[] = [
  ...FILENAME_FLAGS,
  ...OUTPUT_FLAGS,
  DRY_RUN_FLAG,
  SELECTOR_FLAG,
  LOCAL_FLAG,
  fieldManagerFlag('kubectl-set'),
  { name: 'all', type: 'boolean', usage: 'All objects of the type' },
];

/** `set` with its subcommands. */
export function setCommand(subcommands: readonly Command[]): Command {
  return {
    name: 'set',
    short: 'Set specific features on objects',
    long: 'Configure application resources.\n\n These commands help you make changes to existing application resources.',
    usage: 'SUBCOMMAND',
    bare: { fd: 2, code: 1 },
    subcommands,
  };
}

export interface SetOptions {
  /** Behind the name: `image updated`. */
  readonly done: string;
  /** Before the server's message: `failed to patch image update to pod template: `; nothing: the refusal as it is. */
  readonly refused: string;
  /** The resource version that the objects must have. */
  readonly version?: string;
  /** Words that are names of resources. */
  readonly names: readonly string[];
  /** Say so even where nothing changes. */
  readonly isAlwaysReported?: boolean;
  /** Looked at when the objects are known. */
  readonly check?: () => void;
  /** Objects that are found are changed though others are missing. */
  readonly continuesPastMissing?: boolean;
  /** The object as it should be; what could not be done of it goes to `problems`. */
  readonly change: (resource: Resource, problems: Error[]) => Task<KubeObject> | KubeObject;
}

/** Changes each object that is named and says so; objects that need no change pass in silence. */
export function* setFields(session: Session, options: SetOptions): Task {
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  const isLocal = session.flags.boolean('local');
  const failures: Error[] = [];
  const selected = yield* select(session, options.names, {
    isLatest: !isLocal,
    allowsNamesWithAll: true,
    isTyped: true,
  });
  if (selected.failures.length > 0 && !options.continuesPastMissing) throw joinFailures(selected.failures);
  options.check?.();
  for (const resource of selected.resources) {
    try {
      const wanted = recorded(session, yield* finished(options.change(resource, failures)));
      const version = options.version ? { metadata: { resourceVersion: options.version } } : {};
      const patch = { ...changesOf(resource, wanted), ...version };
      if (Object.keys(patch).length === 0 && !options.isAlwaysReported) continue;
      if (isLocal || dryRun === 'client') {
        const object = isLocal ? asTyped(wanted) : wanted;
        yield* report(session, { ...resource, object }, options.done, dryRun, printer);
        continue;
      }
      const object = yield* sent(session, resource, patch, options);
      yield* report(session, { ...resource, object }, options.done, dryRun, printer);
    } catch (error) {
      collect(failures, error);
    }
  }
  failures.push(...selected.failures);
  if (failures.length > 0) throw joinFailures(failures);
}

function* sent(session: Session, resource: Resource, patch: object, options: SetOptions): Task<KubeObject> {
  try {
    const type = schemaFor(apiVersionOf(resource.mapping), resource.mapping.kind) ? 'strategic' : 'merge';
    return yield* patchResource(session, resource, type, patch, dryRunOf(session));
  } catch (error) {
    if (error instanceof ServerFailure && options.refused !== '') throw failure(`${options.refused}${error.message}`);
    throw error;
  }
}

/** The two-way patch between an object and what it should be. */
export function changesOf(resource: Resource, wanted: KubeObject): Readonly<Record<string, unknown>> {
  const schema = schemaFor(apiVersionOf(resource.mapping), resource.mapping.kind);
  return threeWayPatch(resource.object, wanted, resource.object, schema);
}

/** Splits words into names of resources and assignments (`name=value`, `NAME-`). */
export function splitWords(words: readonly string[], isAssignment: (word: string) => boolean): [string[], string[]] {
  const first = words.findIndex(isAssignment);
  return first < 0 ? [[...words], []] : [words.slice(0, first), words.slice(first)];
}
