import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { compactJson } from '../codec/json.ts';
import { apiPath, apiVersionOf, resourceName } from '../discovery.ts';
import type { DryRun } from '../dry-run.ts';
import { ServerFailure, withSource } from '../failure.ts';
import { threeWayMergePatch, threeWayPatch } from '../merge/three-way.ts';
import type { Resource } from '../resources/object.ts';
import { fetchIfExists } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { createResource, LAST_APPLIED, patchResource, withLastApplied } from '../writing.ts';
import { type ApplyRun, markVisited, told, warnIfDeleting } from './apply-run.ts';
import { applyLocally } from './patch.ts';

/** Creates the object, or patches what differs from the manifest and from what was applied last. */
export function* applyHere(run: ApplyRun, resource: Resource): Task {
  const { session, dryRun } = run;
  const current = yield* found(session, resource);
  if (!current) return yield* createApplied(run, resource);
  markVisited(run, current);
  if (dryRun !== 'client' && current.object.metadata.annotations?.[LAST_APPLIED] === undefined) {
    yield* session.warn(
      `resource ${resourceName(resource.mapping)}/${resource.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    );
  }
  const patch = applyPatch(resource, current.object);
  const isSame = Object.keys(patch).length === 0;
  const object = isSame ? current.object : yield* patched(session, resource, current, patch, dryRun);
  const result = { ...current, object };
  yield* warnIfDeleting(run, result);
  yield* told(run, result, isSame ? 'unchanged' : 'configured');
}

function* createApplied(run: ApplyRun, resource: Resource): Task {
  try {
    const object = withoutNulls(withLastApplied(resource.object)) as KubeObject;
    const created = yield* createResource(run.session, { ...resource, object }, run.dryRun);
    markVisited(run, created);
    yield* told(run, created, 'created');
  } catch (error) {
    throw withSource(error, 'creating', resource.source ?? '');
  }
}

/** A manifest's nulls stand for fields that are to be removed: a new object has none. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}

/** What has to change on the server so that it matches the manifest, the annotation included if not said otherwise. */
export function applyPatch(
  resource: Resource,
  current: KubeObject,
  withAnnotation = true,
): Readonly<Record<string, unknown>> {
  const { mapping, object } = resource;
  const text = current.metadata.annotations?.[LAST_APPLIED];
  const original = text === undefined ? {} : JSON.parse(text);
  const modified = withAnnotation ? withLastApplied(object) : withoutLastApplied(object);
  const schema = schemaFor(apiVersionOf(mapping), mapping.kind);
  if (schema) return threeWayPatch(original, modified, current, schema);
  return threeWayMergePatch(original, modified, current);
}

function withoutLastApplied(object: KubeObject): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function* patched(
  session: Session,
  resource: Resource,
  current: Resource,
  patch: Readonly<Record<string, unknown>>,
  dryRun: DryRun,
): Task<KubeObject> {
  const { mapping } = resource;
  const type = schemaFor(apiVersionOf(mapping), mapping.kind) ? 'strategic' : 'merge';
  if (dryRun === 'client') return applyLocally(current, type, patch as never);
  try {
    return yield* patchResource(session, resource, type, patch, dryRun);
  } catch (error) {
    const isRefused = error instanceof ServerFailure && ['Conflict', 'Invalid'].includes(error.reason);
    if (isRefused && session.flags.boolean('force')) return yield* replaceByForce(session, resource, dryRun);
    const source = resource.source ?? '';
    const cause = error instanceof ServerFailure ? withSource(error, 'patching', source) : error;
    throw withSource(cause, `applying patch:\n${compactJson(patch)}\nto:\n${described(resource)}\nfor:`, source);
  }
}

function described({ mapping, name, namespace }: Resource): string {
  const gv = `${mapping.group}/${mapping.version}`;
  return `Resource: "${gv}, Resource=${mapping.resource}", GroupVersionKind: "${gv}, Kind=${mapping.kind}"\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;
}

/** What is there, if anything; a refusal says what was asked for. */
function* found(session: Session, resource: Resource): Task<Resource | undefined> {
  try {
    return yield* fetchIfExists(session, resource);
  } catch (error) {
    const what = `retrieving current configuration of:\n${described(resource)}\nfrom server for:`;
    throw withSource(error, what, resource.source ?? '');
  }
}

function* replaceByForce(session: Session, resource: Resource, dryRun: DryRun): Task<KubeObject> {
  const grace = session.flags.int('grace-period');
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
  };
  yield* session.send('DELETE', apiPath(resource.mapping, resource.namespace, resource.name), { body });
  while (yield* fetchIfExists(session, resource)) yield* session.sleep(1000);
  const created = yield* createResource(session, { ...resource, object: withLastApplied(resource.object) }, dryRun);
  return created.object;
}
