import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, required } from './field.ts';
import { validateLabelKeys } from './label-keys.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names.ts';
import { validateLabelSelector } from './selectors.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Node and pod affinity of a pod spec. */
export function validateAffinity(affinity: Fields, path: string, errors: ErrorList): void {
  if (affinity.nodeAffinity !== undefined) validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`, errors);
  if (affinity.podAffinity !== undefined) validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`, errors);
  if (affinity.podAntiAffinity !== undefined)
    validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`, errors);
}

function validateNodeAffinity(affinity: Fields, path: string, errors: ErrorList): void {
  if (affinity[REQUIRED] !== undefined) validateNodeSelector(affinity[REQUIRED], `${path}.${REQUIRED}`, errors);
  (affinity[PREFERRED] ?? []).forEach(({ weight, preference }: Fields, index: number) => {
    const place = `${path}.${PREFERRED}[${index}]`;
    validateWeight(weight, place, errors);
    validateNodeSelectorTerm(preference, false, `${place}.preference`, errors);
  });
}

/** A node selector; PersistentVolumes have one too. */
export function validateNodeSelector(selector: Fields, path: string, errors: ErrorList): void {
  const terms: readonly Fields[] = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0)
    errors.push(required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term'));
  terms.forEach((term, index) => {
    validateNodeSelectorTerm(term, true, `${path}.nodeSelectorTerms[${index}]`, errors);
  });
}

/** A preference may name what no label can be: it is no more than a wish. */
function validateNodeSelectorTerm(term: Fields, isRequired: boolean, path: string, errors: ErrorList): void {
  (term.matchExpressions ?? []).forEach((expression: Fields, index: number) => {
    const place = `${path}.matchExpressions[${index}]`;
    validateRequirement(expression, place, errors);
    for (const text of qualifiedName(expression.key)) errors.push(invalid(`${place}.key`, expression.key, text));
    if (isRequired) validateValues(expression, labelValue, place, errors);
  });
  (term.matchFields ?? []).forEach((expression: Fields, index: number) => {
    validateFieldRequirement(expression, `${path}.matchFields[${index}]`, errors);
  });
}

function validateRequirement({ operator, values = [] }: Fields, path: string, errors: ErrorList): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      return;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      return;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      return;
    default:
      errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
}

function validateFieldRequirement(requirement: Fields, path: string, errors: ErrorList): void {
  const { key, operator, values = [] } = requirement;
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(
      required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
    );
  if (key === 'metadata.name') validateValues(requirement, dnsSubdomain, path, errors);
  else errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
}

function validateValues(
  { values = [] }: Fields,
  wrong: (value: string) => readonly string[],
  path: string,
  errors: ErrorList,
): void {
  (values as readonly string[]).forEach((value, index) => {
    for (const text of wrong(value)) errors.push(invalid(`${path}.values[${index}]`, value, text));
  });
}

function validatePodAffinity(affinity: Fields, path: string, errors: ErrorList): void {
  (affinity[REQUIRED] ?? []).forEach((term: Fields, index: number) => {
    validateTerm(term, `${path}.${REQUIRED}[${index}]`, errors);
  });
  (affinity[PREFERRED] ?? []).forEach(({ weight, podAffinityTerm }: Fields, index: number) => {
    const place = `${path}.${PREFERRED}[${index}]`;
    validateWeight(weight, place, errors);
    validateTerm(podAffinityTerm, `${place}.podAffinityTerm`, errors);
  });
}

function validateWeight(weight: number, path: string, errors: ErrorList): void {
  if (weight <= 0 || weight > 100) errors.push(invalid(`${path}.weight`, weight, 'must be in the range 1-100'));
}

function validateTerm(term: Fields, path: string, errors: ErrorList): void {
  validateLabelSelector(term.labelSelector, `${path}.labelSelector`, errors);
  validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors);
  (term.namespaces ?? []).forEach((namespace: string) => {
    for (const text of dnsLabel(namespace)) errors.push(invalid(`${path}.namespace`, namespace, text));
  });
  validateLabelKeys(term, path, errors);
  const key: string = term.topologyKey ?? '';
  if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  for (const text of qualifiedName(key)) errors.push(invalid(`${path}.topologyKey`, key, text));
}
