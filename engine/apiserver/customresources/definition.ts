import type { KubeObject } from '../../object.ts';
import type { JsonSchema } from './json-schema.ts';

/** Where definitions are stored. */
export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** The finalizer that keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** Names of a custom resource, wanted (`spec.names`) or given (`status.acceptedNames`). */
export interface ResourceNames {
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly kind: string;
  readonly listKind?: string;
  readonly categories?: readonly string[];
}

/** An extra column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** Where a custom resource keeps its replicas. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** One of `spec.versions`. */
export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

/** An entry of `status.conditions`. */
export interface DefinitionCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A condition of a definition by its type. */
export function conditionOf(definition: KubeObject, type: string): DefinitionCondition | undefined {
  const conditions = (definition.status?.conditions ?? []) as readonly DefinitionCondition[];
  return conditions.find((condition) => condition.type === type);
}

export function isConditionTrue(definition: KubeObject, type: string): boolean {
  return conditionOf(definition, type)?.status === 'True';
}

/**
 * Sets a condition. Its time moves only with its status (`SetCRDCondition` in
 * `k8s.io/apiextensions-apiserver/pkg/apihelpers`). The same object where nothing changes.
 */
export function withCondition(definition: KubeObject, condition: DefinitionCondition, now: string): KubeObject {
  const conditions = (definition.status?.conditions ?? []) as readonly DefinitionCondition[];
  const existing = conditions.find(({ type }) => type === condition.type);
  const isSame =
    existing?.status === condition.status &&
    existing.reason === condition.reason &&
    existing.message === condition.message;
  if (isSame) return definition;
  const { type, status, reason, message } = condition;
  const lastTransitionTime = existing?.status === status ? existing.lastTransitionTime : now;
  const next = { type, status, lastTransitionTime, reason, message };
  const changed =
    existing === undefined ? [...conditions, next] : conditions.map((other) => (other === existing ? next : other));
  return { ...definition, status: { ...definition.status, conditions: changed } };
}

export function versionsOf(definition: KubeObject): readonly DefinitionVersion[] {
  return (definition.spec?.versions ?? []) as readonly DefinitionVersion[];
}
