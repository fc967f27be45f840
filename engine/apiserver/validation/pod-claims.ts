import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, invalid, quote, required } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

/** The ResourceClaims of a pod (`validatePodResourceClaims`). */
export function validatePodClaims(claims: readonly Fields[], path: string, errors: ErrorList): void {
  const seen = new Set<string>();
  claims.forEach((claim, index) => {
    const place = `${path}[${index}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    if (!name) errors.push(required(`${place}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${place}.name`, name));
    else for (const text of dnsLabel(name)) errors.push(invalid(`${place}.name`, name, text));
    seen.add(name);
    const form = {
      Name: name ?? '',
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    const isBoth = resourceClaimName !== undefined && resourceClaimTemplateName !== undefined;
    const isNone = resourceClaimName === undefined && resourceClaimTemplateName === undefined;
    const names = '`resourceClaimName`, `resourceClaimTemplateName`';
    if (isBoth) errors.push(invalid(place, form, `at most one of ${names.replace(', ', ' or ')} may be specified`));
    if (isNone) errors.push(invalid(place, form, `must specify one of: ${names}`));
    validateName(resourceClaimName, `${place}.resourceClaimName`, errors);
    validateName(resourceClaimTemplateName, `${place}.resourceClaimTemplateName`, errors);
  });
}

function validateName(name: string | undefined, path: string, errors: ErrorList): void {
  if (name !== undefined) for (const text of dnsSubdomain(name)) errors.push(invalid(path, name, text));
}

/** Containers use claims that their pod has (`validateResourceClaimNames`). */
export function validateUsedClaims(
  claims: readonly Fields[],
  { resourceClaims = [] }: Fields,
  path: string,
  errors: ErrorList,
): void {
  const known: readonly string[] = resourceClaims.map(({ name }: Fields) => name);
  const seen = new Set<string>();
  claims.forEach(({ name, request }, index) => {
    const place = `${path}[${index}]`;
    if (!name) {
      errors.push(required(place));
      return;
    }
    const identity = request ? `${name}/${request}` : name;
    if (seen.has(identity)) errors.push(duplicate(place, identity));
    seen.add(identity);
    if (known.includes(name)) return;
    const names = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    const message = `Not found: ${quote(name)}: must be one of the names in pod.spec.resourceClaims${names}`;
    errors.push({ type: 'FieldValueNotFound', field: place, message });
  });
}
