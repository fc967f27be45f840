import { isEqual } from '../../apiserver/equality.ts';
import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command, Task } from '../command.ts';
import { podTemplateText } from '../describe/pod-template.ts';
import { dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure } from '../failure.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import { displayName, type Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import { LAST_APPLIED, patchResource } from '../writing.ts';
import { REVISION } from './rollout-state.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';
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
        const sets = yield* revisionsOf(session, resource, 'history');
        const wanted = session.flags.int('revision');
        if (printer) {
          for (const set of sets) {
            if (wanted === 0 || revisionOf(set) === wanted)
              yield* session.print(
                printer({ ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' }, `replicaset.apps/${set.metadata.name}`),
              );
          }
        } else if (wanted > 0) yield* showRevision(session, resource, sets, wanted);
        else yield* session.print(`${displayName(resource)} \n${historyTable(sets)}\n`.replace(/\n\n$/, '\n\n'));
      }
    },
  };
}

function historyTable(sets: readonly KubeObject[]): string {
  const lines = sets.map((set) => `${revisionOf(set)}\t${set.metadata.annotations?.[CHANGE_CAUSE] || '<none>'}`);
  return new TabWriter({ ...TABLE_TABS, minimum: 0, padding: 2 }).align(
    ['REVISION\tCHANGE-CAUSE', ...lines].map((line) => `${line}\n`).join(''),
  );
}

function* showRevision(session: Session, resource: Resource, sets: readonly KubeObject[], wanted: number): Task {
  const set = sets.find((candidate) => revisionOf(candidate) === wanted);
  if (!set) throw failure('unable to find the specified revision');
  const cause = set.metadata.annotations?.[CHANGE_CAUSE];
  const template = cause ? withAnnotation(set.spec.template, cause) : set.spec.template;
  yield* session.print(`${displayName(resource)} with revision #${wanted}\n${podTemplateText(template)}\n`);
}

function withAnnotation(template: KubeObject, cause: string): KubeObject {
  return {
    ...template,
    metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [CHANGE_CAUSE]: cause } },
  };
}

/** The ReplicaSets of a Deployment, oldest revision first. */
function* revisionsOf(session: Session, resource: Resource, purpose: 'history' | 'undo'): Task<KubeObject[]> {
  if (resource.mapping.kind !== 'Deployment') {
    const { kind, group } = resource.mapping;
    const what = purpose === 'history' ? 'error retrieving history for' : 'error retrieving rollbacker for';
    throw failure(`${what} ${JSON.stringify(kind)}, no visitor method exists for {${group} ${kind}}`);
  }
  const labels = at(resource.object, 'spec', 'selector', 'matchLabels') ?? {};
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const path = `/apis/apps/v1/namespaces/${resource.namespace}/replicasets`;
  const list = (yield* session.get(path, { query: { labelSelector } })) as { items: KubeObject[] };
  return list.items
    .filter((set) => set.metadata.ownerReferences?.some((owner) => owner.uid === resource.object.metadata.uid))
    .filter((set) => revisionOf(set) > 0)
    .sort((one, other) => revisionOf(one) - revisionOf(other));
}

function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0);
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
  const set = targetOf(resource, yield* revisionsOf(session, resource, 'undo'), session.flags.int('to-revision'));
  if (dryRun === 'client') {
    return yield* session.print(
      `${displayName(resource)} ${podTemplateText(set.spec.template)}${dryRunSuffix(dryRun)}\n`,
    );
  }
  if (resource.object.spec.paused) {
    throw failure(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${resource.name}' and try again`,
    );
  }
  const template = withoutHash(set.spec.template);
  let done = 'rolled back';
  let object = resource.object;
  if (isEqual(withoutHash(resource.object.spec.template), template)) {
    done = `skipped rollback (current template already matches revision ${revisionOf(set)})`;
  } else object = yield* patchResource(session, resource, 'json', rollbackPatch(resource, set, template), dryRun);
  if (printer) yield* session.print(printer(object, displayName(resource)));
  else yield* session.print(`${displayName(resource)} ${done}${done === 'rolled back' ? dryRunSuffix(dryRun) : ''}\n`);
}

function targetOf(resource: Resource, sets: readonly KubeObject[], wanted: number): KubeObject {
  const current = Number(resource.object.metadata.annotations?.[REVISION] ?? 0);
  if (wanted > 0) {
    const found = sets.find((set) => revisionOf(set) === wanted);
    if (!found) throw failure(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const found = sets.filter((set) => revisionOf(set) !== Math.max(current, ...sets.map(revisionOf))).at(-1);
  if (!found) throw failure(`no rollout history found for deployment ${JSON.stringify(resource.name)}`);
  return found;
}

function withoutHash(template: KubeObject): KubeObject {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Template and annotations of the revision, except the ones that belong to the Deployment itself. */
function rollbackPatch(resource: Resource, set: KubeObject, template: KubeObject): object[] {
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
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}
