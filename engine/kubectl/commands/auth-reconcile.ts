import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure, isNotFound, joinFailures } from '../failure.ts';
import { covers } from '../generate/rule-cover.ts';
import { brokenDown, type Rule, ruleDump } from '../generate/rules.ts';
import type { Subject } from '../generate/subjects.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, OUTPUT_FLAGS } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { collect } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { report } from '../writing.ts';

type Operation = 'none' | 'create' | 'update' | 'recreate';

/** How an object must change, and what is told about it. */
interface Reconciliation {
  readonly object: KubeObject;
  readonly operation: Operation;
  readonly notes: readonly string[];
}

const PROTECTED = 'rbac.authorization.kubernetes.io/autoupdate';

export const reconcile: Command = {
  name: 'reconcile',
  short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  usage: '-f FILENAME',
  examples: ['kubectl auth reconcile -f roles.yaml --dry-run=client'],
  flags: [
    ...OUTPUT_FLAGS,
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    { name: 'remove-extra-permissions', type: 'boolean', usage: 'Remove permissions that the file does not have' },
    { name: 'remove-extra-subjects', type: 'boolean', usage: 'Remove subjects that the file does not have' },
  ],
  *run(session: Session): Task {
    const { flags, args } = session;
    const files = flags.strings('filename');
    if (files.length === 0 && !flags.string('kustomize')) throw failure('must specify one of -f and -k');
    if (args.length > 0) throw failure('no arguments are allowed');
    const dryRun = dryRunOf(session);
    if (dryRun === 'server') throw failure('--dry-run=server for command reconcile is not supported yet');
    const printer = yield* outputPrinter(session);
    const { manifests, failures: problems } = yield* readManifests(session, files);
    const failures = [...problems];
    for (const manifest of manifests) {
      try {
        const resource = yield* manifestResource(session, manifest);
        if (resource.mapping.group !== 'rbac.authorization.k8s.io') continue;
        const { object, operation, notes } = yield* reconciled(session, resource);
        if (dryRun === 'none') yield* write(session, resource, object, operation);
        yield* report(session, { ...resource, object }, 'reconciled', dryRun, printer);
        yield* explain(session, object, operation, notes);
      } catch (error) {
        collect(failures, error);
      }
    }
    if (failures.length > 0) throw joinFailures(failures);
  },
};

function* explain(session: Session, object: KubeObject, operation: Operation, notes: readonly string[]): Task {
  if (operation === 'none') return;
  const isProtected = object.metadata.annotations?.[PROTECTED] === 'false';
  const caveat = isProtected ? `, but object opted out (${PROTECTED}: false)` : '';
  yield* session.complain(`\treconciliation required ${operation}${caveat}`);
  for (const note of notes) yield* session.complain(note);
}

function* live(session: Session, { mapping, namespace, name }: Resource): Task<KubeObject | undefined> {
  try {
    return (yield* session.get(apiPath(mapping, namespace, name))) as KubeObject;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function* reconciled(session: Session, resource: Resource): Task<Reconciliation> {
  const present = yield* live(session, resource);
  const isRole = resource.mapping.kind.endsWith('Role');
  return isRole ? role(session, resource.object, present) : binding(session, resource.object, present);
}

/** Labels and annotations of the file are added; where both have one, the server's stays. */
function withMetadata(present: KubeObject, wanted: KubeObject): KubeObject {
  const { labels, annotations } = present.metadata;
  const merged = {
    ...(wanted.metadata.labels || labels ? { labels: { ...wanted.metadata.labels, ...labels } } : {}),
    ...(wanted.metadata.annotations || annotations
      ? { annotations: { ...wanted.metadata.annotations, ...annotations } }
      : {}),
  };
  return { ...present, metadata: { ...present.metadata, ...merged } };
}

function hasNewMetadata(present: KubeObject, wanted: KubeObject): boolean {
  const isNew = (field: 'labels' | 'annotations') =>
    Object.keys(wanted.metadata[field] ?? {}).some((name) => present.metadata[field]?.[name] === undefined);
  return isNew('labels') || isNew('annotations');
}

function role(session: Session, wanted: KubeObject, present: KubeObject | undefined): Reconciliation {
  const wantedRules = (wanted.rules ?? []) as Rule[];
  if (!present) {
    return { object: wanted, operation: 'create', notes: listed('missing rules added', wantedRules.map(ruleDump)) };
  }
  const presentRules = (present.rules ?? []) as Rule[];
  const missing = uncovered(presentRules, wantedRules);
  const extra = uncovered(wantedRules, presentRules);
  const removes = session.flags.boolean('remove-extra-permissions') && extra.length > 0;
  const rules = removes ? wantedRules : [...presentRules, ...missing];
  const isChanged = missing.length > 0 || removes || hasNewMetadata(present, wanted);
  return {
    object: { ...withMetadata(present, wanted), rules },
    operation: isChanged ? 'update' : 'none',
    notes: [
      ...listed('missing rules added', missing.map(ruleDump)),
      ...(removes ? listed('extra rules removed', extra.map(ruleDump)) : []),
    ],
  };
}

/** What of `wanted` no rule of `owned` allows, taken apart. */
function uncovered(owned: readonly Rule[], wanted: readonly Rule[]): Rule[] {
  const parts = brokenDown(owned);
  return brokenDown(wanted).filter((rule) => !parts.some((part) => covers(part, rule)));
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`\t${title}:`, ...lines.map((line) => `\t\t${line}`)];
}

function subjectKey({ kind, name, namespace = '' }: Subject): string {
  return JSON.stringify([kind, name, namespace]);
}

function subjectDump({ kind, apiGroup = '', name, namespace = '' }: Subject): string {
  return `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;
}

function without(subjects: readonly Subject[], others: readonly Subject[]): Subject[] {
  const keys = new Set(others.map(subjectKey));
  return subjects.filter((subject) => !keys.has(subjectKey(subject)));
}

function binding(session: Session, wanted: KubeObject, present: KubeObject | undefined): Reconciliation {
  const wantedSubjects = (wanted.subjects ?? []) as Subject[];
  if (!present) {
    const notes = listed('missing subjects added', wantedSubjects.map(subjectDump));
    return { object: wanted, operation: 'create', notes };
  }
  const presentSubjects = (present.subjects ?? []) as Subject[];
  const missing = without(wantedSubjects, presentSubjects);
  const extra = without(presentSubjects, wantedSubjects);
  const removes = session.flags.boolean('remove-extra-subjects') && extra.length > 0;
  const subjects = [...(removes ? without(presentSubjects, extra) : presentSubjects), ...missing];
  const notes = [
    ...listed('missing subjects added', missing.map(subjectDump)),
    ...(removes ? listed('extra subjects removed', extra.map(subjectDump)) : []),
  ];
  const object = { ...withMetadata(present, wanted), subjects };
  const isOther = wanted.roleRef?.kind !== present.roleRef?.kind || wanted.roleRef?.name !== present.roleRef?.name;
  if (isOther) {
    const { resourceVersion: _version, uid: _uid, ...metadata } = object.metadata;
    const recreated = { ...object, metadata: metadata as KubeObject['metadata'], roleRef: wanted.roleRef };
    return { object: recreated, operation: 'recreate', notes };
  }
  const isChanged = missing.length > 0 || removes || hasNewMetadata(present, wanted);
  return { object, operation: isChanged ? 'update' : 'none', notes };
}

function* write(session: Session, resource: Resource, object: KubeObject, operation: Operation): Task {
  if (operation === 'none' || object.metadata.annotations?.[PROTECTED] === 'false') return;
  const { mapping, namespace, name } = resource;
  if (operation === 'update') {
    yield* session.send('PUT', apiPath(mapping, namespace, name), { body: object });
    return;
  }
  if (operation === 'recreate') yield* session.send('DELETE', apiPath(mapping, namespace, name));
  yield* session.send('POST', apiPath(mapping, namespace), { body: object });
}
