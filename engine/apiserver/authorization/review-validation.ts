import type { KubeObject } from '../../object.ts';
import { type ErrorList, forbidden, invalid, required } from '../validation/field.ts';
import { labelValue, qualifiedName } from '../validation/names.ts';

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface Selector {
  readonly rawSelector?: string;
  readonly requirements?: readonly Requirement[];
}

/** What is wrong with an access review. Source: `pkg/apis/authorization/validation`. */
export function accessFaults({ kind, spec, metadata }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { resourceAttributes: resource, nonResourceAttributes: path, user = '', groups = [] } = spec ?? {};
  if (resource && path) {
    errors.push(
      invalid('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes'),
    );
  }
  if (!resource && !path) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, why));
  }
  if (kind !== 'SelfSubjectAccessReview' && user === '' && groups.length === 0) {
    errors.push(invalid('spec.user', user, 'at least one of user or group must be specified'));
  }
  errors.push(...selectorFaults('fieldSelector', resource), ...selectorFaults('labelSelector', resource));
  const { managedFields: _, namespace, ...rest } = metadata as KubeObject['metadata'] & { managedFields?: unknown };
  if (Object.keys(rest).length > 0 || (namespace && kind !== 'LocalSubjectAccessReview')) {
    const why = kind === 'LocalSubjectAccessReview' ? 'must be empty except for namespace' : 'must be empty';
    errors.push(invalid('metadata', rest, why));
  }
  if (kind === 'LocalSubjectAccessReview') {
    if (resource && (resource.namespace ?? '') !== namespace) {
      const why = 'must match metadata.namespace';
      errors.push(invalid('spec.resourceAttributes.namespace', resource.namespace ?? '', why));
    }
    if (path) errors.push(invalid('spec.nonResourceAttributes', path, 'disallowed on this kind of request'));
  }
  return errors;
}

type Sort = 'fieldSelector' | 'labelSelector';

function selectorFaults(sort: Sort, attributes: Readonly<Partial<Record<Sort, Selector>>> | undefined): ErrorList {
  const selector = attributes?.[sort];
  if (selector === undefined) return [];
  const { rawSelector = '', requirements = [] } = selector;
  const path = `spec.resourceAttributes.${sort}`;
  const errors: ErrorList = [];
  if (rawSelector !== '' && requirements.length > 0)
    errors.push(invalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'));
  if (rawSelector === '' && requirements.length === 0)
    errors.push(required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`));
  for (const [index, requirement] of requirements.entries())
    errors.push(...requirementFaults(sort, requirement, `${path}.requirements[${index}]`));
  return errors;
}

/** Operators that this server does not know yet may come from newer clients. */
function requirementFaults(sort: Sort, { key = '', operator, values = [] }: Requirement, path: string): ErrorList {
  const errors: ErrorList = [];
  if (sort === 'fieldSelector' && key === '') errors.push(required(`${path}.key`, 'must be specified'));
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
    errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
    errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  if (sort === 'fieldSelector') return errors;
  for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
  for (const [index, value] of values.entries())
    for (const text of labelValue(value)) errors.push(invalid(`${path}.values[${index}]`, value, text));
  return errors;
}
