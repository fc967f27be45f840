import type { GracefulDeletion, Kind, KindRules, Subresource, Verb } from './kind.ts';

/** What a kind's file states; the rest follows from the common case. */
export interface KindDeclaration extends KindRules {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** True when absent. */
  readonly namespaced?: boolean;
  /** All eight when absent. */
  readonly verbs?: readonly Verb[];
  readonly subresources?: readonly Subresource[];
  readonly resource?: string;
  readonly hasGeneration?: boolean;
  readonly selectableFields?: Kind['selectableFields'];
  readonly view?: Kind['view'];
  readonly gracefulDeletion?: GracefulDeletion;
  readonly computed?: Kind['computed'];
  readonly storageVersion?: string;
  readonly allowsCreateOnUpdate?: boolean;
  /** True when absent. */
  readonly allowsUnconditionalUpdate?: boolean;
}

const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const ALL_BUT_COLLECTION: readonly Verb[] = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** Verbs of Namespace: a collection of namespaces can't be deleted in one request. */
export const NO_DELETE_COLLECTION = ALL_BUT_COLLECTION;

/** The status subresource, as most kinds with a status have it. */
export const STATUS: Subresource = { name: 'status', verbs: ['get', 'patch', 'update'] };

/** The scale subresource. */
export const SCALE: Subresource = {
  name: 'scale',
  body: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  verbs: ['get', 'patch', 'update'],
};

/**
 * Every field of a kind. All kinds are made from it, so that to V8 they are objects of one shape: a request looks at its
 * kind some fifty times, and finding a field among sixty shapes takes ten times as long as in a known one.
 */
const NOTHING_SAID: Readonly<Record<keyof Kind, undefined>> = {
  group: undefined,
  version: undefined,
  kind: undefined,
  plural: undefined,
  singular: undefined,
  shortNames: undefined,
  categories: undefined,
  namespaced: undefined,
  verbs: undefined,
  subresources: undefined,
  resource: undefined,
  hasGeneration: undefined,
  selectableFields: undefined,
  view: undefined,
  gracefulDeletion: undefined,
  computed: undefined,
  storageVersion: undefined,
  custom: undefined,
  allowsCreateOnUpdate: undefined,
  allowsUnconditionalUpdate: undefined,
  setDefaults: undefined,
  prepareForCreate: undefined,
  prepareForUpdate: undefined,
  prepareStatusUpdate: undefined,
  prepareForDeletion: undefined,
  allocate: undefined,
  companions: undefined,
  validate: undefined,
  validateUpdate: undefined,
  validatesUpdateAsNew: undefined,
  validateStatusUpdate: undefined,
  parts: undefined,
  warnings: undefined,
  validateName: undefined,
  raisesGeneration: undefined,
};

/** Completes a declaration. */
export function defineKind(declaration: KindDeclaration): Kind {
  const { group, plural, kind } = declaration;
  return {
    ...NOTHING_SAID,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ALL_VERBS,
    subresources: [],
    resource: group === '' ? plural : `${plural}.${group}`,
    hasGeneration: false,
    selectableFields: {},
    allowsCreateOnUpdate: false,
    allowsUnconditionalUpdate: true,
    ...declaration,
  };
}
