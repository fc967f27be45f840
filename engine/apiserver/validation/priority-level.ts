import type { KubeObject } from '../../object.ts';
import { MANDATORY_PRIORITY_LEVELS } from '../bootstrap/flow-control.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { validateFlowStatus } from './flow-schema.ts';

const TYPES = ['Exempt', 'Limited'];
const RESPONSES = ['Queue', 'Reject'];
const MOST_QUEUES = 10_000_000;
const HASH_BITS = 60;

/** How many requests are served at once, and what happens to more. Source: `pkg/apis/flowcontrol/validation`. */
export function validatePriorityLevel({ metadata, spec, status }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { type = '', limited, exempt } = spec;
  if ((metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'"));
  if (type === 'Exempt') {
    if (limited !== undefined) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt === undefined) errors.push(required('spec.exempt', 'must not be empty when type is Exempt'));
    else validateShares(exempt, 'spec.exempt', errors);
  } else if (type === 'Limited') {
    if (exempt !== undefined) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'));
    if (limited === undefined) errors.push(required('spec.limited', 'must not be empty when type is Limited'));
    else validateLimits(limited, 'spec.limited', errors);
  } else errors.push(notSupported('spec.type', type, TYPES));
  const fixed = MANDATORY_PRIORITY_LEVELS[metadata.name];
  if (fixed !== undefined && !isMandatory(spec, fixed))
    errors.push(invalid('spec', spec, `spec of '${metadata.name}' must equal the fixed value`));
  errors.push(...validateFlowStatus(status ?? {}));
  return errors;
}

/** The shares of the exempt level may be changed. */
function isMandatory(spec: Fields, fixed: Fields): boolean {
  return isEqual({ ...spec, exempt: undefined }, { ...fixed, exempt: undefined });
}

function validateShares(
  { nominalConcurrencyShares: shares, lendablePercent: percent }: Fields,
  path: string,
  errors: ErrorList,
): void {
  if (shares < 0) errors.push(invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'));
  if (percent < 0 || percent > 100)
    errors.push(invalid(`${path}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'));
}

function validateLimits(limited: Fields, path: string, errors: ErrorList): void {
  const shares = limited.nominalConcurrencyShares;
  if (shares < 0) errors.push(invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'));
  const { type = '', queuing } = limited.limitResponse ?? {};
  const at = `${path}.limitResponse`;
  if (type === 'Reject') {
    if (queuing !== undefined)
      errors.push(forbidden(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (type === 'Queue') {
    if (queuing === undefined)
      errors.push(required(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'));
    else validateQueuing(queuing, `${at}.queuing`, errors);
  } else errors.push(notSupported(`${at}.type`, type, RESPONSES));
  const { lendablePercent: lendable, borrowingLimitPercent: borrowing } = limited;
  if (lendable < 0 || lendable > 100)
    errors.push(invalid(`${path}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive'));
  if (borrowing !== undefined && borrowing < 0)
    errors.push(invalid(`${path}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'));
}

function validateQueuing({ queues, handSize, queueLengthLimit: limit }: Fields, path: string, errors: ErrorList): void {
  if (limit <= 0) errors.push(invalid(`${path}.queueLengthLimit`, limit, 'must be positive'));
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, 'must be positive'));
  else if (queues > MOST_QUEUES)
    errors.push(invalid(`${path}.queues`, queues, `must not be greater than ${MOST_QUEUES}`));
  const at = `${path}.handSize`;
  if (handSize <= 0) errors.push(invalid(at, handSize, 'must be positive'));
  else if (handSize > queues) errors.push(invalid(at, handSize, `should not be greater than queues (${queues})`));
  else if (entropyBits(queues, handSize) > HASH_BITS) {
    const text = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`;
    errors.push(invalid(at, handSize, text));
  }
}

/** Bits to tell all hands apart (`shufflesharding.RequiredEntropyBits`). */
function entropyBits(queues: number, handSize: number): number {
  return Math.ceil(Math.log2(queues) * handSize);
}
