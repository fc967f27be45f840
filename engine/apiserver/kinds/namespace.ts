import { type ErrorList, invalid } from '../validation/field.ts';
import { validateStandardFinalizer } from '../validation/metadata.ts';
import { dnsLabel, maskTrailingDash, qualifiedName } from '../validation/names.ts';
import { defineKind, NO_DELETE_COLLECTION, STATUS } from './define.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Source: `pkg/registry/core/namespace/strategy.go`. */
export const namespace = defineKind({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  verbs: NO_DELETE_COLLECTION,
  subresources: [{ name: 'finalize', verbs: ['update'] }, STATUS],
  selectableFields: { 'status.phase': (object) => object.status?.phase ?? '' },
  validateName: (name, isPrefix) => dnsLabel(isPrefix ? maskTrailingDash(name) : name),
  setDefaults: (object) => {
    const { metadata } = object;
    if (!metadata?.name || metadata.labels?.[NAME_LABEL] === metadata.name) return object;
    return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: metadata.name } } };
  },
  prepareForCreate: (object) => {
    const finalizers: readonly string[] = object.spec?.finalizers ?? [];
    return {
      ...object,
      spec: {
        ...object.spec,
        finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
      },
      status: { phase: 'Active' },
    };
  },
  prepareForUpdate: (next, previous) =>
    next.spec?.finalizers === previous.spec?.finalizers ? next : { ...next, spec: previous.spec },
  validate: ({ spec }) => {
    const errors: ErrorList = [];
    for (const finalizer of spec?.finalizers ?? []) {
      for (const text of qualifiedName(finalizer)) errors.push(invalid('spec.finalizers', finalizer, text));
      validateStandardFinalizer(finalizer, 'spec.finalizers', errors);
    }
    return errors;
  },
  validateStatusUpdate: (next) => {
    const phase = next.status?.phase;
    const isDeleted = next.metadata.deletionTimestamp !== undefined;
    if (isDeleted && phase !== 'Terminating')
      return [invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
    if (!isDeleted && phase !== 'Active')
      return [invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")];
    return [];
  },
});
