import { type Call, parameter, refuse } from '../call.ts';
import { badRequest, invalid } from '../errors.ts';
import { type ErrorList, forbidden, invalid as invalidField, notSupported, quote } from '../validation/field.ts';

const MATCHES = ['Exact', 'NotOlderThan', ''];
const NUMBERS = ['limit', 'timeoutSeconds'];
const FIELD = 'resourceVersionMatch';

/** Refuses a list or watch whose options contradict each other (`ValidateListOptions`). */
export function checkListOptions({ request }: Call, isWatch: boolean): void {
  for (const name of NUMBERS) {
    const text = parameter(request, name);
    if (text !== undefined && !/^[-+]?\d+$/.test(text))
      refuse(badRequest(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`));
  }
  const match = parameter(request, FIELD) ?? '';
  const version = parameter(request, 'resourceVersion') ?? '';
  const sendsInitial = parameter(request, 'sendInitialEvents') !== undefined;
  const isBadVersion = !isWatch && version !== '' && !/^\d+$/.test(version);
  if (match === '' && !sendsInitial && !isBadVersion) return;
  const errors: ErrorList = [];
  if (isWatch) watchErrors(match, sendsInitial, errors);
  else if (match !== '') matchErrors(match, version, errors);
  if (match !== '' && parameter(request, 'continue'))
    errors.push(forbidden(FIELD, 'resourceVersionMatch is forbidden when continue is provided'));
  if (!isWatch && sendsInitial) errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (errors.length === 0 && isBadVersion)
    errors.push(invalidField('resourceVersion', version, `strconv.ParseUint: parsing "${version}": invalid syntax`));
  if (errors.length > 0) refuse(invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors));
}

function matchErrors(match: string, version: string, errors: ErrorList): void {
  if (version === '')
    errors.push(forbidden(FIELD, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (!MATCHES.includes(match)) errors.push(notSupported(FIELD, match, MATCHES));
  if (match === 'Exact' && version === '0')
    errors.push(forbidden(FIELD, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
}

function watchErrors(match: string, sendsInitial: boolean, errors: ErrorList): void {
  const isNewer = match === 'NotOlderThan';
  if (sendsInitial && !isNewer)
    errors.push(forbidden(FIELD, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match === '') return;
  if (!sendsInitial)
    errors.push(forbidden(FIELD, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (!isNewer) errors.push(notSupported(FIELD, match, ['NotOlderThan']));
}
