import type { KubeObject, ObjectMeta, OwnerReference } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Kind } from '../kinds/kind.ts';
import { addInvalid, type ErrorList, forbidden, invalid, required, tooLong } from './field.ts';
import { dnsLabel, dnsSubdomain, labelValue, maskTrailingDash, qualifiedName } from './names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

/** Rules of `metadata` (`k8s.io/apimachinery/pkg/api/validation/objectmeta.go`). */
export function validateMetadata(kind: Kind, metadata: ObjectMeta, errors: ErrorList): void {
  validateNames(kind, metadata, errors);
  if ((metadata.generation ?? 0) < 0)
    errors.push(invalid('metadata.generation', metadata.generation, 'must be greater than or equal to 0'));
  validateLabels(metadata.labels, 'metadata.labels', errors);
  validateAnnotations(metadata.annotations, 'metadata.annotations', errors);
  if (metadata.ownerReferences !== undefined) validateOwnerReferences(metadata.ownerReferences, errors);
  if (metadata.finalizers !== undefined) validateFinalizers(kind, metadata.finalizers, errors);
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];
/** Groups whose servers know nothing of the finalizers of built-in kinds. */
const FOREIGN_GROUPS = ['apiextensions.k8s.io', 'apiregistration.k8s.io'];

function validateFinalizers(kind: Kind, finalizers: readonly string[], errors: ErrorList): void {
  const path = 'metadata.finalizers';
  for (const finalizer of finalizers)
    for (const text of qualifiedName(finalizer)) errors.push(invalid(path, finalizer, text));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  if (kind.custom !== undefined || FOREIGN_GROUPS.includes(kind.group)) return;
  finalizers.forEach((finalizer, index) => {
    validateStandardFinalizer(finalizer, `${path}[${index}]`, errors);
  });
}

/** A finalizer without a domain is one of Kubernetes' own (`validateKubeFinalizerName`). */
export function validateStandardFinalizer(finalizer: string, path: string, errors: ErrorList): void {
  if (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer))
    errors.push(invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
}

function validateNames(kind: Kind, metadata: ObjectMeta, errors: ErrorList): void {
  const { generateName, name, namespace } = metadata;
  if (generateName) {
    const masked = maskTrailingDash(generateName);
    const wrong = kind.validateName?.(generateName, true) ?? dnsSubdomain(masked);
    addInvalid(errors, 'metadata.generateName', generateName, wrong);
  }
  if (!name) {
    errors.push(required('metadata.name', 'name or generateName is required'));
  } else {
    addInvalid(errors, 'metadata.name', name, kind.validateName?.(name, false) ?? dnsSubdomain(name));
  }
  if (!kind.namespaced) {
    if (namespace) errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  } else if (!namespace) {
    errors.push(required('metadata.namespace'));
  } else {
    addInvalid(errors, 'metadata.namespace', namespace, dnsLabel(namespace));
  }
}

/** Labels, also those of templates and selectors: all errors are told of the map itself. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: ErrorList,
): void {
  for (const key in labels) {
    addInvalid(errors, path, key, qualifiedName(key));
    const value = labels[key] as string;
    addInvalid(errors, path, value, labelValue(value));
  }
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: ErrorList,
): void {
  let size = 0;
  for (const key in annotations) {
    for (const text of qualifiedName(key.toLowerCase())) errors.push(invalid(path, key, text));
    size += key.length + (annotations[key] as string).length;
  }
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(path, ANNOTATIONS_LIMIT));
}

function validateOwnerReferences(references: readonly OwnerReference[], errors: ErrorList): void {
  const path = 'metadata.ownerReferences';
  let controller = '';
  for (let at = 0; at < references.length; at++) {
    const reference = references[at] as OwnerReference;
    validateOwnerReference(reference, path, errors);
    if (reference.controller !== true) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller !== '') {
      const names = `${controller} and ${name}`;
      errors.push(
        invalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${names}`,
        ),
      );
    } else {
      controller = name;
    }
  }
}

function validateOwnerReference(reference: OwnerReference, path: string, errors: ErrorList): void {
  const { apiVersion = '', kind, name, uid } = reference;
  const slash = apiVersion.indexOf('/');
  const isNested = slash >= 0 && apiVersion.indexOf('/', slash + 1) >= 0;
  if (isNested || apiVersion === '' || apiVersion.endsWith('/'))
    errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  if (!kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'));
  if (!name) errors.push(invalid(`${path}.name`, '', 'must not be empty'));
  if (!uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'));
  if (kind === 'Event' && apiVersion === 'v1')
    errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
}

/** What an update may not change in `metadata`. */
export function validateMetadataUpdate(next: KubeObject, previous: KubeObject, errors: ErrorList): void {
  const now = next.metadata;
  const before = previous.metadata;
  if (before.deletionTimestamp !== undefined && now.finalizers !== before.finalizers)
    validateNoNewFinalizers(now, before, errors);
  immutable('name', now.name, before.name, errors);
  immutable('namespace', now.namespace, before.namespace, errors);
  immutable('uid', now.uid, before.uid, errors);
  immutable('creationTimestamp', now.creationTimestamp, before.creationTimestamp, errors);
  immutable('deletionTimestamp', now.deletionTimestamp, before.deletionTimestamp, errors);
  immutable('deletionGracePeriodSeconds', now.deletionGracePeriodSeconds, before.deletionGracePeriodSeconds, errors);
}

function validateNoNewFinalizers(now: ObjectMeta, before: ObjectMeta, errors: ErrorList): void {
  const old = before.finalizers ?? [];
  const added = (now.finalizers ?? []).filter((finalizer) => !old.includes(finalizer));
  if (added.length === 0) return;
  const found = added.map((finalizer) => `"${finalizer}"`).join(', ');
  errors.push(
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${found}}`,
    ),
  );
}

function immutable(field: string, now: unknown, before: unknown, errors: ErrorList): void {
  if (isEqual(now, before)) return;
  errors.push(invalid(`metadata.${field}`, now ?? null, 'field is immutable'));
}
