import { isEqual } from '../../apiserver/equality.ts';
import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { podTemplateText } from '../describe/pod-template.ts';
import { type DryRun, dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure } from '../failure.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import { displayName, type Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CHANGE_CAUSE, LAST_APPLIED, patchResource } from '../writing.ts';
import { type Revision, revisionsOf } from './rollout-revisions.ts';
import { REVISION } from './rollout-state.ts';

const HASH = 'pod-template-hash';

type Selected = (session: Session) => Task<readonly Resource[]>;

export function rolloutHistory(selected: Selected): Command {
  return {
    name: 'history',
    short: 'View rollout history',
    usage: '(TYPE NAME | TYPE/NAME)',
    flags: [
      ...FILENAME_FLAGS,
      ...OUTPUT_FLAGS,
      SELECTOR_FLAG,
      { name: 'revision', type: 'int', default: '0', usage: 'Details of this revision' },
    ],
    *run(session): Task {
      const printer = yield* outputPrinter(session);
      if (session.flags.int('revision') < 0)
        throw failure(`revision must be a positive integer: ${session.flags.int('revision')}`);
      for (const resource of yield* selected(session)) {
        const revisions = yield* revisionsOf(session, resource, 'history');
        const wanted = session.flags.int('revision');
        if (!printer && revisions.length === 0) {
          const title = wanted > 0 ? ` with revision #${wanted}` : ' ';
          yield* session.print(`${displayName(resource)}${title}\nNo rollout history found.\n`);
        } else if (printer) {
          for (const { number, object } of revisions) {
            if (wanted === 0 || number === wanted)
              yield* session.print(printer(object, `${object.kind.toLowerCase()}.apps/${object.metadata.name}`));
          }
        } else if (wanted > 0) yield* showRevision(session, resource, revisions, wanted);
        else yield* session.print(`${displayName(resource)} \n${historyTable(revisions)}\n`);
      }
    },
  };
}

function historyTable(revisions: readonly Revision[]): string {
  const lines = revisions.map(({ number, cause }) => `${number}\t${cause || '<none>'}`);
  return new TabWriter({ ...TABLE_TABS, minimum: 0, padding: 2 }).align(
    ['REVISION\tCHANGE-CAUSE', ...lines].map((line) => `${line}\n`).join(''),
  );
}

function* showRevision(session: Session, resource: Resource, revisions: readonly Revision[], wanted: number): Task {
  const revision = revisions.find(({ number }) => number === wanted);
  if (!revision) throw failure('unable to find the specified revision');
  const { cause, template } = revision;
  const shown = cause && resource.mapping.kind === 'Deployment' ? withAnnotation(template, cause) : template;
  yield* session.print(`${displayName(resource)} with revision #${wanted}\n${podTemplateText(shown)}\n`);
}

function withAnnotation(template: KubeObject, cause: string): KubeObject {
  return {
    ...template,
    metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [CHANGE_CAUSE]: cause } },
  };
}

export function rolloutUndo(selected: Selected): Command {
  return {
    name: 'undo',
    short: 'Undo a previous rollout',
    usage: '(TYPE NAME | TYPE/NAME)',
    flags: [
      ...FILENAME_FLAGS,
      ...OUTPUT_FLAGS,
      DRY_RUN_FLAG,
      SELECTOR_FLAG,
      { name: 'to-revision', type: 'int', default: '0', usage: 'The revision to go to; 0 is the one before' },
    ],
    *run(session): Task {
      for (const resource of yield* selected(session)) yield* undo(session, resource);
    },
  };
}

function* undo(session: Session, resource: Resource): Task {
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  if (resource.object.metadata.annotations?.[LAST_APPLIED] !== undefined) {
    yield* session.warn(
      `resource ${resource.mapping.resource}/${resource.name} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.`,
    );
  }
  const wanted = session.flags.int('to-revision');
  const revisions = yield* revisionsOf(session, resource, 'undo');
  const revision = targetOf(resource, revisions, wanted);
  if (dryRun === 'client') {
    const text = podTemplateText(revision.template);
    return yield* session.print(`${displayName(resource)} ${text}${dryRunSuffix(dryRun)}\n`);
  }
  if (resource.object.spec.paused) {
    throw failure(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${resource.name}' and try again`,
    );
  }
  const isSame = isEqual(withoutHash(resource.object.spec.template), withoutHash(revision.template));
  if (isSame) {
    const number = resource.mapping.kind === 'Deployment' ? revision.number : wanted;
    const done = `skipped rollback (current template already matches revision ${number})`;
    return yield* report(session, resource.object, `${displayName(resource)} ${done}\n`);
  }
  const object = yield* rollBack(session, resource, revision, dryRun);
  yield* report(session, object, `${displayName(resource)} rolled back${dryRunSuffix(dryRun)}\n`);

  function* report(to: Session, result: KubeObject, text: string): Task {
    yield* to.print(printer ? printer(result, displayName(resource)) : text);
  }
}

/** A Deployment takes on the annotations of its ReplicaSet too; a ControllerRevision is itself the patch that goes back. */
function rollBack(session: Session, resource: Resource, revision: Revision, dryRun: DryRun): Task<KubeObject> {
  if (revision.patch !== undefined) return patchResource(session, resource, 'strategic', revision.patch, dryRun);
  return patchResource(session, resource, 'json', rollbackPatch(resource, revision), dryRun);
}

function targetOf(resource: Resource, revisions: readonly Revision[], wanted: number): Revision {
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw failure(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const isDeployment = resource.mapping.kind === 'Deployment';
  const current = isDeployment ? Number(resource.object.metadata.annotations?.[REVISION] ?? 0) : 0;
  const newest = Math.max(current, ...revisions.map(({ number }) => number));
  const found = revisions.filter(({ number }) => number !== newest).at(-1);
  if (found) return found;
  if (isDeployment) throw failure(`no rollout history found for deployment ${JSON.stringify(resource.name)}`);
  throw failure('no last revision to roll back to');
}

function withoutHash(template: KubeObject): KubeObject {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Template and annotations of the revision, except the ones that belong to the Deployment itself. */
function rollbackPatch(resource: Resource, { object: set, template }: Revision): object[] {
  const own = resource.object.metadata.annotations ?? {};
  const kept = [
    LAST_APPLIED,
    REVISION,
    'deployment.kubernetes.io/revision-history',
    'deployment.kubernetes.io/desired-replicas',
    'deployment.kubernetes.io/max-replicas',
    'deprecated.deployment.rollback.to',
  ];
  const annotations: Record<string, string> = {};
  for (const key of kept) if (own[key] !== undefined) annotations[key] = own[key];
  for (const [key, value] of Object.entries(set.metadata.annotations ?? {}))
    if (!kept.includes(key)) annotations[key] = value;
  return [
    { op: 'replace', path: '/spec/template', value: withoutHash(template) },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}
