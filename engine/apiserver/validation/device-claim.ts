import type { Fields } from '../kinds/fields.ts';
import { validateDeviceName, validateQualifiedDeviceName } from './device-names.ts';
import { expressionErrors } from './expressions.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required, tooLong, tooMany } from './field.ts';
import { dnsSubdomain, labelValue, qualifiedName } from './names.ts';

const MOST = 32;
const MOST_ALTERNATIVES = 8;
const LONGEST_EXPRESSION = 10 * 1024;
const LONGEST_PARAMETERS = 10 * 1024;
const ALLOCATION_MODES = ['All', 'ExactCount'];
const OPERATORS = ['Equal', 'Exists'];
export const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const ONE_SORT = 'exactly one of `exactly` or `firstAvailable` is required';
const ONE_ATTRIBUTE = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
const NOT_A_REQUEST =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Checks each item of a list that must not be too long; with `keyOf`, keys must be unique. */
export function validateEach<T>(
  list: readonly T[] | undefined,
  path: string,
  most: number,
  errors: ErrorList,
  check: (item: T, path: string) => void,
  keyOf?: (item: T) => string,
): void {
  const items = list ?? [];
  if (items.length > most) {
    errors.push(tooMany(path, items.length, most));
    return;
  }
  items.forEach((item, index) => {
    check(item, `${path}[${index}]`);
  });
  if (keyOf === undefined) return;
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(duplicate(`${path}[${index}]`, key));
    seen.add(key);
  });
}

/** What devices a claim asks for. Source: `validateDeviceClaim` in `pkg/apis/resource/validation`. */
export function validateDeviceClaim(devices: Fields, path: string, errors: ErrorList): void {
  const names = requestNames(devices.requests ?? []);
  const nameOf = ({ name = '' }: Fields): string => name;
  validateEach(
    devices.requests as readonly Fields[],
    `${path}.requests`,
    MOST,
    errors,
    (request, at) => {
      validateRequest(request, at, errors);
    },
    nameOf,
  );
  validateEach(devices.constraints as readonly Fields[], `${path}.constraints`, MOST, errors, (constraint, at) => {
    validateConstraint(constraint, at, names, errors);
  });
  validateEach(devices.config as readonly Fields[], `${path}.config`, MOST, errors, (config, at) => {
    validateRequestReferences(config.requests, `${at}.requests`, names, errors);
    validateConfiguration(config, at, errors);
  });
}

/** Names by which constraints refer to requests: `gpu`, `gpu/small`. */
function requestNames(requests: readonly Fields[]): ReadonlySet<string> {
  const names = requests.flatMap(({ name, firstAvailable }) => [
    name as string,
    ...((firstAvailable ?? []) as readonly Fields[]).map((alternative) => `${name}/${alternative.name}`),
  ]);
  return new Set(names);
}

function validateRequest(request: Fields, path: string, errors: ErrorList): void {
  validateDeviceName(request.name, `${path}.name`, errors);
  const { exactly, firstAvailable = [] } = request;
  if (exactly === undefined && firstAvailable.length === 0) errors.push(required(path, ONE_SORT));
  else if (exactly !== undefined && firstAvailable.length > 0)
    errors.push(invalid(path, null, `${ONE_SORT}, but multiple fields are set`));
  else if (exactly !== undefined) validateDevices(exactly, `${path}.exactly`, errors);
  else {
    const at = `${path}.firstAvailable`;
    validateEach(
      firstAvailable as readonly Fields[],
      at,
      MOST_ALTERNATIVES,
      errors,
      (alternative, each) => {
        validateDeviceName(alternative.name, `${each}.name`, errors);
        validateDevices(alternative, each, errors);
      },
      ({ name = '' }) => name,
    );
  }
}

function validateDevices(request: Fields, path: string, errors: ErrorList): void {
  const { deviceClassName: name, allocationMode: mode, count = 0 } = request;
  if (!name) errors.push(required(`${path}.deviceClassName`));
  else for (const text of dnsSubdomain(name)) errors.push(invalid(`${path}.deviceClassName`, name, text));
  validateSelectors(request.selectors, `${path}.selectors`, errors);
  if (mode === 'All') {
    if (count !== 0)
      errors.push(invalid(`${path}.count`, count, `must not be specified when allocationMode is '${mode}'`));
  } else if (mode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(`${path}.count`, count, 'must be greater than zero'));
  } else errors.push(notSupported(`${path}.allocationMode`, mode, ALLOCATION_MODES));
  ((request.tolerations ?? []) as readonly Fields[]).forEach((toleration, index) => {
    validateToleration(toleration, `${path}.tolerations[${index}]`, errors);
  });
}

/** Conditions in CEL on a device. */
export function validateSelectors(selectors: readonly Fields[] | undefined, path: string, errors: ErrorList): void {
  validateEach(selectors, path, MOST, errors, ({ cel }, at) => {
    if (cel === undefined) {
      errors.push(required(`${at}.cel`));
      return;
    }
    const expression: string = cel.expression ?? '';
    if (expression.length > LONGEST_EXPRESSION) errors.push(tooLong(`${at}.cel.expression`, LONGEST_EXPRESSION));
    else errors.push(...expressionErrors(expression, `${at}.cel.expression`, { isAboutDevice: true }, 'bool'));
  });
}

function validateToleration(toleration: Fields, path: string, errors: ErrorList): void {
  const { key, operator = '', value = '', effect } = toleration;
  if (key) for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') {
    for (const text of labelValue(value)) errors.push(invalid(`${path}.value`, value, text));
  } else if (operator === '') errors.push(required(`${path}.operator`));
  else errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
}

function validateConstraint(constraint: Fields, path: string, names: ReadonlySet<string>, errors: ErrorList): void {
  validateRequestReferences(constraint.requests, `${path}.requests`, names, errors);
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute !== undefined) validateAttributeName(matchAttribute, `${path}.matchAttribute`, errors);
  else if (distinctAttribute !== undefined)
    validateAttributeName(distinctAttribute, `${path}.distinctAttribute`, errors);
  else errors.push(required(path, ONE_ATTRIBUTE));
}

function validateAttributeName(name: string, path: string, errors: ErrorList): void {
  validateQualifiedDeviceName(name, path, errors);
  if (name.includes('/')) return;
  errors.push(invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash'));
}

function validateRequestReferences(
  references: readonly string[] | undefined,
  path: string,
  names: ReadonlySet<string>,
  errors: ErrorList,
): void {
  validateEach(
    references,
    path,
    MOST,
    errors,
    (name, at) => {
      const parts = name.split('/');
      if (parts.length > 2) {
        errors.push(invalid(at, name, NOT_A_REQUEST));
        return;
      }
      for (const part of parts) validateDeviceName(part, at, errors);
      if (!names.has(name)) errors.push(invalid(at, name, NOT_A_REQUEST));
    },
    (name) => name,
  );
}

/** What is handed to a driver as it is. */
export function validateConfiguration({ opaque }: Fields, path: string, errors: ErrorList): void {
  if (opaque === undefined) {
    errors.push(required(`${path}.opaque`));
    return;
  }
  const { driver, parameters } = opaque;
  if (!driver) errors.push(required(`${path}.opaque.driver`));
  else {
    if (driver.length > 63) errors.push(tooLong(`${path}.opaque.driver`, 63));
    for (const text of dnsSubdomain(driver.toLowerCase())) errors.push(invalid(`${path}.opaque.driver`, driver, text));
  }
  const at = `${path}.opaque.parameters`;
  if (parameters === undefined || parameters === null) errors.push(required(at));
  else if (JSON.stringify(parameters).length > LONGEST_PARAMETERS) errors.push(tooLong(at, LONGEST_PARAMETERS));
  else if (typeof parameters !== 'object' || Array.isArray(parameters))
    errors.push(invalid(at, '<value omitted>', 'must be a valid JSON object'));
}

/** What a claim's status says; the allocation, once made, stays. */
export function validateClaimStatus(status: Fields, isDeleted: boolean, previous: Fields): ErrorList {
  const errors: ErrorList = [];
  const reserved: readonly Fields[] = status.reservedFor ?? [];
  validateEach(
    reserved,
    'status.reservedFor',
    256,
    errors,
    (consumer, at) => {
      for (const field of ['resource', 'name', 'uid']) if (!consumer[field]) errors.push(required(`${at}.${field}`));
    },
    ({ uid = '' }) => uid,
  );
  if (reserved.length > 0 && status.allocation === undefined)
    errors.push(forbidden('status.reservedFor', 'may not be specified when `allocated` is not set'));
  else if (isDeleted && reserved.length > 0) {
    const before: readonly Fields[] = previous.reservedFor ?? [];
    const isGrown = reserved.some(({ uid }) => !before.some((consumer) => consumer.uid === uid));
    const text = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
    if (isGrown) errors.push(forbidden('status.reservedFor', text));
  }
  return errors;
}
