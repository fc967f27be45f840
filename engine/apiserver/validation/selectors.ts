import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, required, sortedMap } from './field.ts';
import { validateLabels } from './metadata.ts';
import { labelValue, qualifiedName } from './names.ts';

/** A `LabelSelector` (`k8s.io/apimachinery/pkg/apis/meta/v1/validation`). */
export function validateLabelSelector(selector: Fields | undefined, path: string, errors: ErrorList): void {
  if (selector === undefined || selector === null) return;
  validateLabels(selector.matchLabels, `${path}.matchLabels`, errors);
  (selector.matchExpressions ?? []).forEach((expression: Fields, index: number) => {
    validateRequirement(expression, `${path}.matchExpressions[${index}]`, errors);
  });
}

function validateRequirement(expression: Fields, path: string, errors: ErrorList): void {
  const { key, operator } = expression;
  const values: readonly string[] = expression.values ?? [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  for (const text of qualifiedName(key ?? '')) errors.push(invalid(`${path}.key`, key ?? '', text));
  values.forEach((value, index) => {
    for (const text of labelValue(value)) errors.push(invalid(`${path}.values[${index}]`, value, text));
  });
}

/** A selector as Go prints it: fields in the order of their declaration, keys of maps sorted. */
export function selectorForm(selector: Fields | undefined | null): Fields {
  const { matchLabels, matchExpressions } = selector ?? {};
  const expressions = matchExpressions?.map(({ key, operator, values }: Fields) => ({
    key,
    operator,
    ...(values === undefined ? {} : { values }),
  }));
  return {
    ...(matchLabels === undefined ? {} : { matchLabels: sortedMap(matchLabels) }),
    ...(expressions === undefined ? {} : { matchExpressions: expressions }),
  };
}
