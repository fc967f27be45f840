import type { KubeObject } from '../../object.ts';
import { Compacted } from '../../store/store.ts';
import { type Call, parameter, refuse } from '../call.ts';
import { compactedRevision, planCompaction } from '../compaction.ts';
import { continueToken, parseContinueToken } from '../continue.ts';
import { badRequest, continueExpired, listExpired, tooLargeResourceVersion } from '../errors.ts';
import { type FieldSelector, matchesFields, parseFieldSelector, pinnedName } from '../selectors/fields.ts';
import { isSelectorError, type LabelSelector, matchesLabels, parseLabelSelector } from '../selectors/labels.ts';
import { fromStored, requireEtcd } from '../storage.ts';
import { checkListOptions } from './list-options.ts';

/** Which objects a list, watch or deletecollection is about. */
export interface Selection {
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
}

export interface ListResult {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/** The selectors of a request; refuses what can't be parsed. */
export function selectionOf(call: Call): Selection {
  const labelText = parameter(call.request, 'labelSelector');
  const fieldText = parameter(call.request, 'fieldSelector');
  const labels = labelText === undefined || labelText === '' ? [] : parseLabelSelector(labelText);
  if (isSelectorError(labels)) return refuse(badRequest(labels.error));
  const fields = fieldText === undefined || fieldText === '' ? [] : parseFieldSelector(fieldText, call.kind);
  if (isSelectorError(fields)) return refuse(badRequest(fields.error));
  return { labels, fields };
}

export function isSelected(call: Call, selection: Selection, object: KubeObject): boolean {
  return matchesLabels(selection.labels, object.metadata.labels) && matchesFields(selection.fields, object, call.kind);
}

/** GET of a collection. */
export function listObjects(call: Call): ListResult {
  const selection = selectionOf(call);
  const { request, turn } = call;
  if (parameter(request, 'resourceVersion') !== '0') requireEtcd(turn);
  const token = parameter(request, 'continue');
  const start = token === undefined || token === '' ? undefined : parseContinueToken(token);
  if (typeof start === 'string') return refuse(badRequest(`invalid continue token: ${start}`));
  if (start !== undefined && (parameter(request, 'resourceVersion') || '0') !== '0')
    return refuse(badRequest('specifying resource version is not allowed when using continue'));
  const revision =
    start === undefined ? revisionToRead(call) : start.revision < 0 ? turn.store.revision : start.revision;
  const all = start === undefined ? readAll(call, selection, revision) : readRest(call, revision, start.start);
  return page(call, selection, all, revision);
}

/** The objects in scope, in key order; one read when the selector pins a name down. */
function readAll(call: Call, selection: Selection, revision: number): readonly KubeObject[] {
  const { turn, kind, namespace } = call;
  if (kind.computed !== undefined) return computedObjects(call);
  if (revision < compactedRevision(turn)) return refuse(listExpired());
  try {
    const reader = turn.store.at(kind.resource, revision);
    const name = pinnedName(selection.fields);
    if (name !== undefined && (namespace !== '' || !kind.namespaced)) {
      const object = reader.get(namespace, name);
      return object === undefined ? [] : [object];
    }
    return reader.list(namespace === '' ? undefined : namespace);
  } catch (error) {
    if (error instanceof Compacted) return refuse(listExpired());
    throw error;
  }
}

/** The objects of a kind that is not stored. */
export function computedObjects({ turn, kind, namespace }: Call): readonly KubeObject[] {
  const all = kind.computed?.((component) => turn.isRunning(component), turn) ?? [];
  return namespace === '' ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
}

function readRest(call: Call, revision: number, start: string): readonly KubeObject[] {
  const { turn, kind, namespace } = call;
  const expired = () => refuse(continueExpired(continueToken(-1, start)));
  if (revision < compactedRevision(turn)) return expired();
  try {
    const all = turn.store.at(kind.resource, revision).list(namespace === '' ? undefined : namespace);
    return all.filter((object) => keyBelow(call, object) >= start);
  } catch (error) {
    if (error instanceof Compacted) return expired();
    throw error;
  }
}

/** The object's key relative to the collection: `/web`, or `/default/web` in a list over all namespaces. */
function keyBelow(call: Call, object: KubeObject): string {
  const { name, namespace } = object.metadata;
  return call.namespace === '' && call.kind.namespaced ? `/${namespace}/${name}` : `/${name}`;
}

function page(call: Call, selection: Selection, all: readonly KubeObject[], revision: number): ListResult {
  const limit = Number(parameter(call.request, 'limit') ?? 0);
  const hasSelectors = selection.labels.length + selection.fields.length > 0;
  const resourceVersion = String(revision);
  if (!hasSelectors && call.kind.view === undefined && (limit === 0 || all.length <= limit))
    return { items: all, metadata: { resourceVersion } };
  const items: KubeObject[] = [];
  for (let at = 0; at < all.length; at++) {
    const object = fromStored(call.kind, all[at] as KubeObject);
    if (!isSelected(call, selection, object)) continue;
    if (limit > 0 && items.length === limit) {
      const token = continueToken(revision, `${keyBelow(call, items[limit - 1] as KubeObject)}\u0000`);
      planCompaction(call.turn, revision);
      const remaining = hasSelectors ? {} : { remainingItemCount: all.length - at };
      return { items, metadata: { resourceVersion, continue: token, ...remaining } };
    }
    items.push(object);
  }
  return { items, metadata: { resourceVersion } };
}

/** Which revision a list reads: the latest, or what `resourceVersion` and `resourceVersionMatch` ask for. */
function revisionToRead(call: Call): number {
  checkListOptions(call, false);
  const asked = parameter(call.request, 'resourceVersion') ?? '';
  const match = parameter(call.request, 'resourceVersionMatch') ?? '';
  const current = call.turn.store.revision;
  if (asked === '' || asked === '0') return current;
  const version = Number(asked);
  if (version > current) refuse(tooLargeResourceVersion(version, current));
  const isLimited = Number(parameter(call.request, 'limit') ?? 0) > 0;
  return match === 'Exact' || (match === '' && isLimited) ? version : current;
}
