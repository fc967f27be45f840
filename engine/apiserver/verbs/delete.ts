import type { KubeObject, ObjectMeta } from '../../object.ts';
import { parseTimestamp, timestamp } from '../../sim/time.ts';
import { admit, validateAdmission } from '../admission/admission.ts';
import { type Call, refuse } from '../call.ts';
import { conflict, success } from '../errors.ts';
import { groupResource } from '../kinds/kind.ts';
import type { Status } from '../request.ts';
import { getObject, removeObject, saveObject } from '../storage.ts';
import { type DeleteOptions, deleteOptions } from './delete-options.ts';

/** Kinds whose deletion answers with the object instead of a Status (`ReturnDeletedObject` in their stores). */
const RETURN_DELETED_OBJECT = [
  'pods',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'podtemplates',
  'resourcequotas',
];

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** DELETE of an object. */
export function deleteObject(call: Call): KubeObject | Status {
  return deleteWith(call, getObject(call), deleteOptions(call));
}

/** Deletes an object now, or marks it and leaves the rest to whoever it waits for: kubelet, finalizers, collector. */
export function deleteWith(call: Call, object: KubeObject, options: DeleteOptions): KubeObject | Status {
  checkPreconditions(call, object, options);
  const request = { call, operation: 'DELETE', object, previous: object } as const;
  if (call.subresource === '') {
    admit(request);
    validateAdmission(request);
  }
  if (call.kind.kind === 'Namespace' && call.kind.group === '') return deleteNamespace(call, object);
  if (call.kind.prepareForDeletion !== undefined && object.metadata.deletionTimestamp === undefined)
    return saveObject(call, call.kind.prepareForDeletion(object, call.turn.now), object);
  const grace = gracefulMark(call, object, options);
  if (grace === 'pending') return object;
  const finalizers = finalizersFor(object, options);
  const isHeld = finalizers.length > 0;
  let last = object;
  if (grace !== undefined || isHeld || finalizers.length !== (object.metadata.finalizers?.length ?? 0)) {
    const mark = grace ?? (isHeld ? immediateMark(call, object) : {});
    last = markDeleted(call, object, mark, finalizers);
    if (isHeld || (grace?.deletionGracePeriodSeconds ?? 0) > 0) return last;
  }
  return deletionResult(call, removeObject(call, last));
}

function checkPreconditions(call: Call, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = object.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    refuse(conflict(call.kind, object.metadata.name, why));
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    refuse(conflict(call.kind, object.metadata.name, why));
  }
}

type DeletionMark = Pick<ObjectMeta, 'deletionTimestamp' | 'deletionGracePeriodSeconds'>;

/**
 * The mark of a graceful deletion; `pending` when one is under way that this request doesn't shorten; `undefined` when
 * the object needs no grace. Rules: `BeforeDelete` in `k8s.io/apiserver/pkg/registry/rest/delete.go`.
 */
function gracefulMark(call: Call, object: KubeObject, options: DeleteOptions): DeletionMark | 'pending' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: running } = object.metadata;
  const requested = options.gracePeriodSeconds;
  if (deletionTimestamp !== undefined) {
    if (running === undefined) return undefined;
    if (requested === undefined || requested >= running) return 'pending';
    const seconds = Math.max(requested, 0);
    const due = parseTimestamp(deletionTimestamp) + (seconds - running) * 1000;
    return { deletionTimestamp: timestamp(due), deletionGracePeriodSeconds: seconds };
  }
  const seconds = call.kind.gracefulDeletion?.(object, requested);
  if (seconds === undefined) return undefined;
  return { deletionTimestamp: timestamp(call.turn.now + seconds * 1000), deletionGracePeriodSeconds: seconds };
}

/** For objects that only wait for finalizers. */
function immediateMark(call: Call, object: KubeObject): DeletionMark {
  if (object.metadata.deletionTimestamp !== undefined) return {};
  return { deletionTimestamp: timestamp(call.turn.now), deletionGracePeriodSeconds: 0 };
}

function markDeleted(call: Call, object: KubeObject, mark: DeletionMark, finalizers: readonly string[]): KubeObject {
  const { generation, deletionTimestamp, finalizers: _, ...rest } = object.metadata;
  const isFirst = deletionTimestamp === undefined && mark.deletionTimestamp !== undefined;
  const metadata: ObjectMeta = {
    ...rest,
    ...(generation === undefined ? {} : { generation: isFirst && generation > 0 ? generation + 1 : generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...mark,
    ...(finalizers.length > 0 ? { finalizers } : {}),
  };
  return saveObject(call, { ...object, metadata }, object);
}

/** The object's finalizers with the garbage collector's own one that the propagation policy asks for. */
function finalizersFor(object: KubeObject, options: DeleteOptions): readonly string[] {
  const present = object.metadata.finalizers ?? [];
  const policy =
    options.propagationPolicy ??
    (options.orphanDependents === undefined ? undefined : options.orphanDependents ? 'Orphan' : 'Background');
  if (policy === undefined) return present;
  const others = present.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  const wanted = policy === 'Orphan' ? ORPHAN : policy === 'Foreground' ? FOREGROUND : undefined;
  if (wanted === undefined) return others.length === present.length ? present : others;
  return present.includes(wanted) && others.length === present.length - 1 ? present : [...others, wanted];
}

/** A Namespace is emptied first: it turns Terminating, and the namespace controller finalizes it. */
function deleteNamespace(call: Call, namespace: KubeObject): KubeObject | Status {
  if (namespace.metadata.deletionTimestamp === undefined) {
    const marked: KubeObject = {
      ...namespace,
      metadata: { ...namespace.metadata, deletionTimestamp: timestamp(call.turn.now) },
      status: { ...namespace.status, phase: 'Terminating' },
    };
    return saveObject(call, marked, namespace);
  }
  if ((namespace.spec?.finalizers?.length ?? 0) > 0 || (namespace.metadata.finalizers?.length ?? 0) > 0)
    return namespace;
  return deletionResult(call, removeObject(call, namespace));
}

function deletionResult(call: Call, object: KubeObject): KubeObject | Status {
  const { kind } = call;
  if (RETURN_DELETED_OBJECT.includes(groupResource(kind))) return object;
  const { name, uid } = object.metadata;
  return success({ name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid });
}
