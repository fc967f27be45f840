import { type ErrorList, invalid, required, tooLong } from './field.ts';
import { qualifiedName } from './names.ts';

const PARAMETERS_SIZE = 256 * 1024;
const PARAMETERS_COUNT = 512;

/** Who makes volumes: a qualified name, whatever its case. Source: `pkg/apis/storage/validation`. */
export function validateProvisioner(provisioner: string | undefined, path: string, errors: ErrorList): void {
  if (!provisioner) errors.push(required(path));
  else for (const text of qualifiedName(provisioner.toLowerCase())) errors.push(invalid(path, provisioner, text));
}

/** Parameters for whoever makes volumes: not too many, not too long, none without a name. */
export function validateParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: ErrorList,
): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > PARAMETERS_COUNT) {
    errors.push(tooLong(path, PARAMETERS_COUNT));
    return;
  }
  let size = 0;
  for (const [key, value] of entries) {
    if (key === '') errors.push(invalid(path, key, 'field can not be empty.'));
    size += key.length + value.length;
  }
  if (size > PARAMETERS_SIZE) errors.push(tooLong(path, PARAMETERS_SIZE));
}
