import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, invalid, notSupported, required } from './field.ts';
import { validateLabelKeys } from './label-keys.ts';
import { qualifiedName } from './names.ts';
import { validateLabelSelector } from './selectors.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSION = ['Honor', 'Ignore'];

export function validateSpreadConstraints(constraints: readonly Fields[], path: string, errors: ErrorList): void {
  constraints.forEach((constraint, index) => {
    const place = `${path}[${index}]`;
    validateConstraint(constraint, place, errors);
    const isRepeated = constraints
      .slice(index + 1)
      .some(
        (other) =>
          other.topologyKey === constraint.topologyKey && other.whenUnsatisfiable === constraint.whenUnsatisfiable,
      );
    if (isRepeated) {
      errors.push(
        duplicate(
          `${place}.{topologyKey, whenUnsatisfiable}`,
          `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`,
        ),
      );
    }
    validateOptions(constraint, place, errors);
  });
}

function validateConstraint(
  { maxSkew, topologyKey, whenUnsatisfiable }: Fields,
  path: string,
  errors: ErrorList,
): void {
  if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero'));
  if (!topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  else for (const text of qualifiedName(topologyKey)) errors.push(invalid(`${path}.topologyKey`, topologyKey, text));
  if (!ACTIONS.includes(whenUnsatisfiable))
    errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS));
}

function validateOptions(constraint: Fields, path: string, errors: ErrorList): void {
  const { minDomains, whenUnsatisfiable, labelSelector } = constraint;
  if (minDomains !== undefined) {
    if (minDomains <= 0) errors.push(invalid(`${path}.minDomains`, minDomains, 'must be greater than zero'));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      errors.push(
        invalid(
          `${path}.minDomains`,
          minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
        ),
      );
    }
  }
  for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
    const policy = constraint[name];
    if (policy !== undefined && !INCLUSION.includes(policy))
      errors.push(notSupported(`${path}.${name}`, policy, INCLUSION));
  }
  validateLabelKeys(constraint, path, errors);
  validateLabelSelector(labelSelector, `${path}.labelSelector`, errors);
}
