import { resourceName } from '../discovery.ts';
import { type DryRun, fieldValidation } from '../dry-run.ts';
import type { ObjectPrinter } from '../printers/output.ts';
import { displayName, type Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { report } from '../writing.ts';

/** One run of `apply`: how it was asked for, and what it has met so far. */
export interface ApplyRun {
  readonly session: Session;
  readonly dryRun: DryRun;
  /** By `-o`; without it each object is told about in a line. */
  readonly printer: ObjectPrinter | undefined;
  readonly uids: Set<string>;
  readonly namespaces: Set<string>;
  /** What `-o` prints at the end. */
  readonly applied: Resource[];
}

export function* startApply(session: Session, dryRun: DryRun, printer: ObjectPrinter | undefined): Task<ApplyRun> {
  const namespaces = session.isNamespaceForced ? [yield* session.namespace()] : [];
  return { session, dryRun, printer, uids: new Set(), namespaces: new Set(namespaces), applied: [] };
}

/** Notes an object as one that stays. */
export function markVisited({ uids, namespaces }: ApplyRun, { mapping, namespace, object }: Resource): void {
  if (object.metadata.uid) uids.add(object.metadata.uid);
  if (mapping.isNamespaced) namespaces.add(namespace);
}

/** Tells what was done to an object, at once or, with `-o`, at the end. */
export function* told(run: ApplyRun, resource: Resource, done: string): Task {
  const isNamed = run.session.flags.string('output') === 'name';
  if (!run.printer || isNamed) yield* report(run.session, resource, done, run.dryRun, run.printer);
  else run.applied.push(resource);
}

/** Prints what was applied, several objects as one list. */
export function* printApplied({ session, printer, applied }: ApplyRun): Task {
  const [first] = applied;
  if (!printer || !first) return;
  const list = { kind: 'List', apiVersion: 'v1', metadata: {}, items: applied.map(({ object }) => object) };
  yield* session.print(applied.length === 1 ? printer(first.object, displayName(first)) : printer(list, 'list/'));
}

export function* warnIfDeleting({ session }: ApplyRun, { mapping, name, object }: Resource): Task {
  if (!object.metadata.deletionTimestamp) return;
  yield* session.warn(
    `Detected changes to resource ${resourceName(mapping)}/${name} which is currently being deleted.`,
  );
}

/** The query of a patch that the server applies. */
export function applyQuery({ session, dryRun }: ApplyRun, manager: string): Record<string, string> {
  const { flags } = session;
  return {
    fieldManager: manager,
    ...(flags.has('validate') ? { fieldValidation: fieldValidation(flags.string('validate')) } : {}),
    ...(dryRun === 'server' ? { dryRun: 'All' } : {}),
  };
}
