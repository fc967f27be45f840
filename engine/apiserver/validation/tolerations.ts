import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported } from './field.ts';
import { labelValue, qualifiedName } from './names.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATORS = ['Equal', 'Exists'];

/** Lists without errors: those of a template, and those that admission adds, come again with every pod. */
const valid = new WeakSet<object>();

export function validateTolerations(tolerations: readonly Fields[], path: string, errors: ErrorList): void {
  if (valid.has(tolerations)) return;
  const before = errors.length;
  tolerations.forEach((toleration, index) => {
    validateToleration(toleration, `${path}[${index}]`, errors);
  });
  if (errors.length === before) valid.add(tolerations);
}

function validateToleration(toleration: Fields, path: string, errors: ErrorList): void {
  const { key, operator, value = '', effect, tolerationSeconds } = toleration;
  if (key) for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
  if (!key && operator !== 'Exists') {
    errors.push(
      invalid(
        `${path}.operator`,
        operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === undefined || operator === 'Equal') {
    for (const text of labelValue(value)) errors.push(invalid(`${path}.operator`, value, text));
  } else if (operator === 'Exists') {
    if (value !== '')
      errors.push(
        invalid(`${path}.operator`, tolerationForm(toleration), "value must be empty when `operator` is 'Exists'"),
      );
  } else {
    errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  }
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
}

/** A toleration as the server's own struct prints. */
export function tolerationForm({
  key = '',
  operator = '',
  value = '',
  effect = '',
  tolerationSeconds = null,
}: Fields): object {
  return { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds };
}
