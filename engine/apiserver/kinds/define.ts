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

/** Completes a declaration. */
export function defineKind(declaration: KindDeclaration): Kind {
  const { group, plural, kind } = declaration;
  return {
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
