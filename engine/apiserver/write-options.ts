import { parameter, refuse } from './call.ts';
import { decodeOptions } from './codec.ts';
import { invalid } from './errors.ts';
import type { ApiRequest } from './request.ts';
import { type ErrorList, forbidden, invalid as invalidField, notSupported, tooLong } from './validation/field.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];
const LONGEST_MANAGER = 128;

/** Whether nothing is to be written. Refuses what a write can't be told (`k8s.io/apimachinery/pkg/apis/meta/v1/validation`). */
export function isDryRun(request: ApiRequest): boolean {
  const kind = OPTIONS[request.method];
  if (kind === undefined) return false;
  const dryRun = parameter(request, 'dryRun') ?? dryRunOfOptions(request);
  if (request.query === undefined && dryRun === undefined) return false;
  const errors = optionErrors(request, dryRun);
  if (errors.length > 0) refuse(invalid({ group: 'meta.k8s.io', kind }, '', errors));
  return dryRun !== undefined;
}

function optionErrors(request: ApiRequest, dryRun: string | undefined): ErrorList {
  const errors: ErrorList = [];
  if (request.method === 'PATCH') checkForce(request, errors);
  const manager = parameter(request, 'fieldManager');
  if (manager !== undefined && manager.length > LONGEST_MANAGER) errors.push(tooLong('fieldManager', LONGEST_MANAGER));
  if (manager !== undefined) checkPrintable(manager, errors);
  if (dryRun !== undefined && dryRun !== 'All')
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'dryRun',
      message: `Unsupported value: ${JSON.stringify([dryRun])}: supported values: "All"`,
    });
  const validation = parameter(request, 'fieldValidation');
  if (validation !== undefined && !VALIDATIONS.includes(validation) && request.method !== 'DELETE')
    errors.push(notSupported('fieldValidation', validation, VALIDATIONS));
  return errors;
}

/** Only an apply can be forced. */
function checkForce(request: ApiRequest, errors: ErrorList): void {
  const isApply = request.headers?.['content-type']?.startsWith('application/apply-patch') === true;
  if (!isApply && parameter(request, 'force') !== undefined)
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
}

/** A deletion may say so in the `DeleteOptions` of its body. */
function dryRunOfOptions(request: ApiRequest): string | undefined {
  if (request.method !== 'DELETE') return undefined;
  return (decodeOptions(request.body) as { readonly dryRun?: readonly string[] }).dryRun?.[0];
}

/** Each character that cannot be printed, and at which byte it stands (`ValidateFieldManager`). */
function checkPrintable(manager: string, errors: ErrorList): void {
  if (/^[ -~]*$/.test(manager)) return;
  let position = 0;
  for (const character of manager) {
    const code = character.codePointAt(0) as number;
    if (/[\p{C}\p{Z}]/u.test(character) && character !== ' ') {
      const name = code.toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalidField('fieldManager', manager, `invalid character U+${name} (at position ${position})`));
    }
    position += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
}
