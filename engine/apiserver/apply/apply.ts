import type { Json, KubeObject } from '../../object.ts';
import { canonicalJson } from '../../sim/digest.ts';
import { timestamp } from '../../sim/time.ts';
import { type Call, isSet, parameter, refuse } from '../call.ts';
import { decodePatched, parseBody, reportDoubledKeys } from '../codec.ts';
import { applyConflict, badRequest, invalid, notFound, unknownError } from '../errors.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { ApiRequest } from '../request.ts';
import { schemaOf } from '../schema/schemas.ts';
import { findObject } from '../storage.ts';
import { insertObject, withNamespace } from '../verbs/create.ts';
import { objectPatch } from '../verbs/patch.ts';
import { replaceObject, replaceStatus } from '../verbs/update.ts';
import { compare } from './compare.ts';
import { apart, difference, EMPTY, type FieldSet, intersection, isEmptySet, memberPaths, union } from './fieldset.ts';
import { type Manager, managersOf, ownable, plain, withManagers } from './managers.ts';
import { mergeTyped, removeFields, withStructs } from './merge.ts';
import { fieldsOf, type JsonObject, TypedError } from './typed.ts';

/** Owner of everything that was there before an object was first applied. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether a PATCH is a server-side apply. */
export function isApply(request: ApiRequest): boolean {
  return request.headers?.['content-type']?.startsWith('application/apply-patch') === true;
}

/**
 * Server-side apply: the configuration's fields become this manager's, fields it no longer names go, and fields of
 * others are refused unless forced. Rules: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applyObject(call: Call): { readonly object: KubeObject; readonly isCreated: boolean } {
  const manager = managerOf(call);
  const config = readConfig(call, call.kind);
  const named = typedFields(call, config);
  const fields = ownable(named);
  const live = findObject(call);
  if (live === undefined) {
    if (call.subresource !== '') refuse(notFound(call.kind, call.name));
    reportDoubledKeys(call);
    const created = decodePatched(call, { ...config, metadata: { ...(config.metadata as JsonObject) } });
    return {
      object: insertObject(call, withManagers(withNamespace(call, created), [entryOf(call, manager, fields)])),
      isCreated: true,
    };
  }
  return { object: applyTo(call, live, config, manager, named), isCreated: false };
}

function managerOf({ request }: Call): string {
  const manager = parameter(request, 'fieldManager') ?? '';
  if (manager !== '') return manager;
  const message = 'Required value: is required for apply patch';
  const error = { type: 'FieldValueRequired', field: 'fieldManager', message } as const;
  return refuse(invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [error]));
}

/**
 * Server-side apply of a Scale: `fieldsOf` says which fields of the workload its replicas are, and these become the
 * manager's, who is one of the subresource. Source: `ScaleHandler` in `k8s.io/apimachinery/pkg/util/managedfields`.
 */
export function applyScale(
  call: Call,
  live: KubeObject,
  admitted: (replicas: number) => number,
  fieldsOf: (replicas: number) => JsonObject,
): KubeObject {
  const manager = managerOf(call);
  const { spec } = readConfig(call, SCALE_KIND);
  const { replicas = 0 } = (spec ?? {}) as JsonObject;
  const { kind } = call;
  const identity = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: call.name } };
  const config = { ...identity, ...fieldsOf(admitted(Number(replicas))) };
  return applyTo(call, live, config, manager, typedFields(call, config));
}

const SCALE_KIND = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

const UNMARSHALLING = 'error unmarshaling JSON: while decoding JSON: ';

function readConfig(call: Call, kind: Pick<Kind, 'group' | 'version' | 'kind'>): JsonObject {
  const prefix = 'error decoding YAML: ';
  const config = objectPatch(
    (parseBody(call.request.body, prefix) ?? {}) as Json,
    prefix + UNMARSHALLING,
  ) as JsonObject;
  if (config.apiVersion !== apiVersionOf(kind) || config.kind !== kind.kind) {
    const [group = '', version = ''] = groupVersion(String(config.apiVersion ?? ''));
    refuse(badRequest(`invalid object type: ${group}/${version}, Kind=${String(config.kind ?? '')}`));
  }
  const metadata = (config.metadata ?? {}) as JsonObject;
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    refuse(badRequest('metadata.managedFields must be nil'));
  if (metadata.name !== undefined && metadata.name !== call.name) {
    refuse(
      badRequest(`the name of the object (${String(metadata.name)}) does not match the name on the URL (${call.name})`),
    );
  }
  return { ...config, metadata: { ...metadata, name: call.name } };
}

function groupVersion(apiVersion: string): readonly string[] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

function typedFields(call: Call, config: JsonObject): FieldSet {
  try {
    return fieldsOf(config, schemaOf(call.kind));
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    const { kind } = call;
    const namespace = ((config.metadata as JsonObject).namespace as string | undefined) ?? '';
    const about = `${namespace}/${call.name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
    return refuse(unknownError(`failed to create typed patch object (${about}): ${error.message}`));
  }
}

function entryOf(call: Call, manager: string, fields: FieldSet): Manager {
  const { kind, turn, subresource } = call;
  return {
    manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(kind),
    time: timestamp(turn.now),
    ...(subresource === '' ? {} : { subresource }),
    fields,
  };
}

/** `named` are all fields of the configuration, also those that nobody owns (`metadata.name`). */
function applyTo(call: Call, live: KubeObject, config: JsonObject, manager: string, named: FieldSet): KubeObject {
  const fields = ownable(named);
  const schema = schemaOf(call.kind);
  const isMine = (entry: Manager): boolean =>
    entry.operation === 'Apply' && entry.manager === manager && (entry.subresource ?? '') === call.subresource;
  const managers = existingManagers(call, live);
  const others = managers.filter((entry) => !isMine(entry));
  const last = managers.find(isMine)?.fields ?? EMPTY;
  const before = plain(live) as JsonObject;
  const merged = mergeTyped(before, config, schema) as JsonObject;
  const shared = others.reduce((set, entry) => union(set, entry.fields), EMPTY);
  const dropped = difference(withStructs(last, schema), withStructs(named, schema));
  const after = removeFields(merged, apart(dropped, shared), schema);
  const { changed, removed } = compare(before as Json, after as Json, schema);
  const isForced = isSet(call.request, 'force');
  if (!isForced) refuseConflicts(others, changed);
  reportDoubledKeys(call);
  const kept = others.map((entry) => ({ ...entry, fields: difference(difference(entry.fields, changed), removed) }));
  const next = withNamespace(call, decodePatched(call, after));
  const entries = [
    ...kept,
    keepTime(entryOf(call, manager, fields), managers.find(isMine), isEmptySet(changed) && isEmptySet(removed)),
  ];
  const owned = withLastApplied(withManagers(next, entries), manager, config);
  return call.subresource === 'status' || call.kind.parts?.[call.subresource] !== undefined
    ? replaceStatus(call, owned, live, 'settled')
    : replaceObject(call, owned, live, 'settled');
}

/**
 * kubectl's own record of what was applied is kept up to date, so that one can go back to client-side apply.
 * Source: `k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go`.
 */
function withLastApplied(object: KubeObject, manager: string, config: JsonObject): KubeObject {
  const { annotations } = object.metadata;
  if (manager !== 'kubectl' || annotations?.[LAST_APPLIED] === undefined) return object;
  const { annotations: given, ...metadata } = config.metadata as JsonObject;
  const { [LAST_APPLIED]: _, ...rest } = (given ?? {}) as JsonObject;
  const named = Object.keys(rest).length === 0 ? metadata : { ...metadata, annotations: rest };
  const text = `${canonicalJson({ ...config, metadata: named })}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

/** An apply that changes nothing leaves its time as it was, so that nothing is written; a new owner then has none. */
function keepTime(entry: Manager, last: Manager | undefined, isUnchanged: boolean): Manager {
  if (!isUnchanged) return entry;
  const { time: _, ...timeless } = entry;
  return last?.time === undefined ? timeless : { ...timeless, time: last.time };
}

/** An object without owners belongs to a stand-in, so that the first apply meets conflicts, too. */
function existingManagers(call: Call, live: KubeObject): readonly Manager[] {
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const { status: _, ...rest } = plain(live) as JsonObject;
  const fields = ownable(compare({}, rest, schemaOf(call.kind)).changed);
  return [
    {
      manager: BEFORE_FIRST_APPLY,
      operation: 'Update',
      apiVersion: apiVersionOf(call.kind),
      time: live.metadata.creationTimestamp,
      fields,
    },
  ];
}

function refuseConflicts(others: readonly Manager[], changed: FieldSet): void {
  const conflicts = others.flatMap((entry) =>
    memberPaths(intersection(entry.fields, changed)).map((path) => ({ entry, path })),
  );
  if (conflicts.length === 0) return;
  refuse(applyConflict(conflicts.map(({ entry, path }) => ({ manager: managerText(entry), field: path }))));
}

/** `"kubectl" using apps/v1` for updates, which may have used another version. */
function managerText(entry: Manager): string {
  const subresource =
    entry.subresource === undefined || entry.subresource === '' ? '' : ` with subresource "${entry.subresource}"`;
  return entry.operation === 'Apply'
    ? `"${entry.manager}"${subresource}`
    : `"${entry.manager}"${subresource} using ${entry.apiVersion}`;
}
