import type { KubeObject } from '../object.ts';
import { compactJson, escapedJson } from './codec/json.ts';
import { apiPath } from './discovery.ts';
import { type DryRun, dryRunSuffix, writeQuery } from './dry-run.ts';
import type { ObjectPrinter } from './printers/output.ts';
import { displayName, type Resource } from './resources/object.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export const CONTENT_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** What a change was made by, for `rollout history`. */
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** What `--record` writes on an object. */
export function causeOf(session: Session): Readonly<Record<string, string>> {
  const cause = session.changeCause;
  return cause === undefined ? {} : { [CHANGE_CAUSE]: cause };
}

/** An object with its cause, if that is to be recorded. */
export function recorded(session: Session, object: KubeObject): KubeObject {
  if (session.changeCause === undefined) return object;
  const annotations = { ...object.metadata.annotations, ...causeOf(session) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Records the cause on an object that was changed by other means than an object of its own. */
export function* recordChange(session: Session, resource: Resource, dryRun: DryRun): Task {
  const annotations = causeOf(session);
  if (dryRun !== 'none' || Object.keys(annotations).length === 0) return;
  yield* patchResource(session, resource, 'merge', { metadata: { annotations } }, dryRun);
}

/** Creates an object; with a dry run on the client nothing is sent. */
export function* createResource(session: Session, given: Resource, dryRun: DryRun): Task<Resource> {
  const resource = { ...given, object: recorded(session, given.object) };
  if (dryRun === 'client') return resource;
  const path = apiPath(resource.mapping, resource.namespace);
  const object = (yield* session.send('POST', path, {
    query: writeQuery(session, dryRun, true),
    headers: { 'content-type': 'application/json' },
    body: withoutVersion(resource.object),
  })) as KubeObject;
  return { ...resource, name: object.metadata.name, object };
}

/** What was read somewhere is created anew: `Helper.Create` in `k8s.io/cli-runtime/pkg/resource` forgets its version. */
function withoutVersion(object: KubeObject): KubeObject {
  if (!object.metadata?.resourceVersion) return object;
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata } as KubeObject;
}

/** Patches an object or a subresource of it. */
export function* patchResource(
  session: Session,
  resource: Resource,
  type: PatchType,
  patch: unknown,
  dryRun: DryRun,
  subresource?: string,
): Task<KubeObject> {
  return (yield* session.send('PATCH', apiPath(resource.mapping, resource.namespace, resource.name, subresource), {
    query: writeQuery(session, dryRun, true),
    headers: { 'content-type': CONTENT_TYPES[type] },
    body: patch,
  })) as KubeObject;
}

/** Says what was done to an object: by `-o`, or `deployment.apps/web scaled`. */
export function* report(
  session: Session,
  resource: Resource,
  done: string,
  dryRun: DryRun,
  printer?: ObjectPrinter,
  isTyped = false,
): Task {
  // Some requests, such as a Binding, are answered by a Status, which has no name (`NamePrinter` in `k8s.io/cli-runtime`).
  const isStatus = resource.object.kind === 'Status';
  const name = isStatus ? 'status/<unknown>' : displayName(resource);
  if (printer) yield* session.print(printer(resource.object, name, isTyped));
  else yield* session.print(`${name} ${done}${dryRunSuffix(dryRun)}\n`);
}

/** The annotation in which `apply` remembers what it was given. Kinds made by kubectl keep Go's order. */
function lastAppliedText(object: KubeObject, isTyped = false): string {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const metadata = { ...object.metadata, annotations };
  const cleaned = {
    ...object,
    metadata: isTyped && Object.keys(annotations).length === 0 ? object.metadata : metadata,
  };
  return `${escapedJson(isTyped ? JSON.stringify(cleaned) : compactJson(cleaned))}\n`;
}

/** What `run`, `expose` and `autoscale` send: with its cause, and with `--save-config` remembering what it is. */
export function savedConfig(session: Session, object: KubeObject, dryRun: DryRun): KubeObject {
  const noted = recorded(session, object);
  return session.flags.boolean('save-config') && dryRun !== 'client' ? withLastApplied(noted, true) : noted;
}

/** An object with that annotation. */
export function withLastApplied(object: KubeObject, isTyped = false): KubeObject {
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED]: lastAppliedText(object, isTyped) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
