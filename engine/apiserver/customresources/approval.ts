import type { KubeObject } from '../../object.ts';
import { type FieldError, invalid, required } from '../validation/field.ts';

const ANNOTATION = 'api-approved.kubernetes.io';

/**
 * Groups of the Kubernetes community need an approval that the definition names.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apihelpers`.
 */
export function approvalErrors(definition: KubeObject): FieldError[] {
  const group = (definition.spec?.group ?? '') as string;
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)) return [];
  const field = `metadata.annotations[${ANNOTATION}]`;
  const value = definition.metadata.annotations?.[ANNOTATION] ?? '';
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const must = `protected groups must have approval annotation "${ANNOTATION}"`;
  if (value === '') return [required(field, `${must}, ${see}`)];
  if (value.startsWith('unapproved') || /^https?:\/\/[^/\s]+\/?/.test(value)) return [];
  return [invalid(field, value, `${must} with either a URL or a reason starting with "unapproved", ${see}`)];
}
