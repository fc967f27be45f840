import { type LabelSelectorSpec, matchesLabelSelector } from '../../../label-selector.ts';
import type { KubeObject } from '../../../object.ts';
import { apiVersionOf, type Kind } from '../../kinds/kind.ts';
import { kindsIn } from '../../served.ts';
import { fromStored } from '../../storage.ts';
import type { AdmissionRequest } from '../plugin.ts';

interface ParameterKind {
  readonly apiVersion: string;
  readonly kind: string;
}

interface ParameterReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: LabelSelectorSpec;
  readonly parameterNotFoundAction?: string;
}

/** A policy or binding that can't be used as it is. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * The objects that parametrise a policy through a binding: it is evaluated once for each. `undefined` stands for no
 * parameter. Source: `CollectParams` in `k8s.io/apiserver/pkg/admission/plugin/policy/generic`.
 */
export function parametersOf(
  policy: KubeObject,
  binding: KubeObject,
  { call }: AdmissionRequest,
): readonly (KubeObject | undefined)[] {
  const wanted = policy.spec.paramKind as ParameterKind | undefined;
  const reference = binding.spec.paramRef as ParameterReference | undefined;
  if (wanted === undefined || reference === undefined) return [undefined];
  const { store } = call.turn;
  const kind = kindsIn(store).find(
    (served) => served.kind === wanted.kind && apiVersionOf(served) === wanted.apiVersion,
  );
  if (kind === undefined)
    throw new ConfigurationError(
      `paramKind kind \`&ParamKind{APIVersion:${wanted.apiVersion},Kind:${wanted.kind},}\` not known`,
    );
  const namespace = namespaceOf(kind, reference, call.namespace);
  const reader = store.at(kind.resource);
  const found =
    reference.name === undefined
      ? reader.list(kind.namespaced ? namespace : undefined).filter((object) => isSelected(reference, object))
      : [reader.get(namespace, reference.name)].filter((object) => object !== undefined);
  if (found.length === 0 && reference.parameterNotFoundAction === 'Deny')
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  return found.map((object) => fromStored(kind, object));
}

function isSelected({ selector }: ParameterReference, { metadata }: KubeObject): boolean {
  return matchesLabelSelector(selector, metadata.labels);
}

function namespaceOf(kind: Kind, reference: ParameterReference, requested: string): string {
  if (!kind.namespaced) {
    if (reference.namespace === undefined) return '';
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const namespace = reference.namespace ?? requested;
  if (namespace !== '') return namespace;
  throw new ConfigurationError(
    'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
  );
}
