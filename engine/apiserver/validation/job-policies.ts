import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, invalid, notSupported, quote, required, tooMany } from './field.ts';
import { qualifiedName } from './names.ts';

const MOST_RULES = 20;
const MOST_PATTERNS = 20;
const MOST_VALUES = 255;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** What a pod's failure means for its Job (`validatePodFailurePolicy`). */
export function validateFailurePolicy(spec: Fields, path: string, errors: ErrorList): void {
  const { podFailurePolicy, template } = spec;
  if (podFailurePolicy === undefined) return;
  const rules: readonly Fields[] = podFailurePolicy.rules ?? [];
  const place = `${path}.podFailurePolicy.rules`;
  if (rules.length > MOST_RULES) errors.push(tooMany(place, rules.length, MOST_RULES));
  const containers: readonly Fields[] = [
    ...(template.spec?.containers ?? []),
    ...(template.spec?.initContainers ?? []),
  ];
  const names = new Set<unknown>(containers.map(({ name }) => name));
  rules.forEach((rule, index) => {
    validateFailureRule(rule, spec, names, `${place}[${index}]`, errors);
  });
}

function validateFailureRule(
  rule: Fields,
  spec: Fields,
  names: ReadonlySet<unknown>,
  path: string,
  errors: ErrorList,
): void {
  const { action, onExitCodes, onPodConditions } = rule;
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  requireOneOf(action, ACTIONS, `${path}.action`, errors);
  if (onExitCodes !== undefined) validateExitCodes(onExitCodes, names, `${path}.onExitCodes`, errors);
  const hasConditions = (onPodConditions?.length ?? 0) > 0;
  if (hasConditions) validateConditions(onPodConditions, `${path}.onPodConditions`, errors);
  if (onExitCodes !== undefined && hasConditions)
    errors.push(plainInvalid(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  else if (onExitCodes === undefined && !hasConditions)
    errors.push(plainInvalid(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
}

function requireOneOf(value: string | undefined, supported: readonly string[], path: string, errors: ErrorList): void {
  if (!value) errors.push(required(path, `valid values: [${supported.map(quote).join(' ')}]`));
  else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
}

function validateConditions(patterns: readonly Fields[], path: string, errors: ErrorList): void {
  if (patterns.length > MOST_PATTERNS) errors.push(tooMany(path, patterns.length, MOST_PATTERNS));
  patterns.forEach(({ type, status }, index) => {
    for (const text of qualifiedName(type ?? '')) errors.push(invalid(`${path}[${index}].type`, type ?? '', text));
    requireOneOf(status, STATUSES, `${path}[${index}].status`, errors);
  });
}

function validateExitCodes(codes: Fields, names: ReadonlySet<unknown>, path: string, errors: ErrorList): void {
  requireOneOf(codes.operator, OPERATORS, `${path}.operator`, errors);
  if (codes.containerName !== undefined && !names.has(codes.containerName)) {
    const text = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, codes.containerName, text));
  }
  const values: readonly number[] = codes.values ?? [];
  if (values.length === 0)
    errors.push(invalid(`${path}.values`, codes.values ?? null, 'at least one value is required'));
  else if (values.length > MOST_VALUES) errors.push(tooMany(`${path}.values`, values.length, MOST_VALUES));
  values.forEach((value, index) => {
    const place = `${path}.values[${index}]`;
    if (codes.operator === 'In' && value === 0) errors.push(invalid(place, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(duplicate(place, value));
  });
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] as number) <= value);
  if (!isOrdered) errors.push(invalid(`${path}.values`, values, 'must be ordered'));
}

/** `Invalid value` whose value prints as nothing. */
function plainInvalid(field: string, detail: string): ErrorList[number] {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}

/** Which indexes suffice for an indexed Job to have succeeded (`validateSuccessPolicy`). */
export function validateSuccessPolicy({ successPolicy, completions }: Fields, path: string, errors: ErrorList): void {
  if (successPolicy === undefined || completions === undefined) return;
  const rules: readonly Fields[] = successPolicy.rules ?? [];
  if (rules.length === 0)
    errors.push(required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'));
  if (rules.length > MOST_RULES) errors.push(tooMany(`${path}.rules`, rules.length, MOST_RULES));
  rules.forEach((rule, index) => {
    validateSuccessRule(rule, completions, `${path}.rules[${index}]`, errors);
  });
}

function validateSuccessRule(rule: Fields, completions: number, path: string, errors: ErrorList): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  const total = indexes === undefined ? 0 : countIndexes(indexes, completions);
  if (typeof total === 'string')
    errors.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${total}`));
  if (count === undefined) return;
  const place = `${path}.succeededCount`;
  if (count <= 0) errors.push(invalid(place, count, 'must be greater than 0'));
  const most = (number: number, what: string): void => {
    if (count > number)
      errors.push(invalid(place, count, `must be less than or equal to ${number} (the number of ${what})`));
  };
  most(completions, 'specified completions');
  if (indexes !== undefined)
    most(typeof total === 'number' ? total : 0, 'indexes in the specified succeededIndexes field');
}

/** How many indexes `0,2-4` are, or what is wrong with the text. */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let total = 0;
  let last: number | undefined;
  for (const interval of text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2) {
      const rule = `violates the requirement that an index interval can have at most two parts separated by '-'`;
      return `the fragment ${quote(interval)} ${rule}`;
    }
    for (const limit of limits) {
      if (!/^[+-]?\d+$/.test(limit)) return `cannot convert string to integer for index: ${quote(limit)}`;
      if (Number(limit) >= completions) return `too large index: ${quote(limit)}`;
    }
    const [first, end] = limits.map(Number) as [number, number | undefined];
    if (end !== undefined && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`;
    if (last !== undefined && last >= first) return `non-increasing order, previous: ${last}, current: ${first}`;
    last = end ?? first;
    total += last - first + 1;
  }
  return total;
}
