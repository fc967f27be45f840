import { base64Decode } from '../../base64.ts';
import { parseCertificate } from '../../certificates/certificate.ts';
import { pemBlocks } from '../../certificates/pem.ts';
import { parseCertificateRequest } from '../../certificates/request.ts';
import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required, tooLong } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const SHORTEST_SECONDS = 600;
/** Conditions that are only ever true. */
const DECISIONS = ['Approved', 'Denied', 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const EXCLUSIVE = 'Approved and Denied conditions are mutually exclusive';
const LONGEST_DOMAIN = 253;
const LONGEST_SIGNER = 571;

/** Source: `pkg/apis/certificates/validation`. */
export function validateSigningRequest({ spec, status }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const request: string | null = spec.request || null;
  const parsed = parseCertificateRequest(base64Decode(request ?? '') ?? '');
  if ('fault' in parsed) errors.push(invalid('spec.request', request, parsed.fault));
  validateUsages(spec.usages ?? [], previous?.spec.usages ?? [], errors);
  if (spec.signerName === LEGACY_SIGNER && previous?.spec.signerName !== LEGACY_SIGNER) {
    const text = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', spec.signerName, text));
  } else validateSignerName(spec.signerName ?? '', 'spec.signerName', errors);
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < SHORTEST_SECONDS) {
    const text = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, text));
  }
  validateConditions(status?.conditions ?? [], errors);
  const { certificate } = status ?? {};
  if (certificate !== previous?.status?.certificate) {
    const wrong = certificateProblem(certificate ?? '');
    if (wrong !== undefined) errors.push(invalid('status.certificate', '<certificate data>', wrong));
  }
  return errors;
}

function validateUsages(usages: readonly string[], before: readonly string[], errors: ErrorList): void {
  if (usages.length === 0) errors.push(required('spec.usages'));
  const mayBeUnknown = before.some((usage) => !USAGES.includes(usage));
  usages.forEach((usage, index) => {
    if (!mayBeUnknown && !USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${index}]`, usage, USAGES));
  });
  const mayRepeat = new Set(before).size < before.length;
  usages.forEach((usage, index) => {
    if (!mayRepeat && usages.indexOf(usage) < index) errors.push(duplicate(`spec.usages[${index}]`, usage));
  });
}

/** `example.com/signer` (`ValidateSignerName` in `pkg/apis/core/validation`). */
function validateSignerName(name: string, path: string, errors: ErrorList): void {
  if (name === '') {
    errors.push(required(path));
    return;
  }
  const [domain = '', signer = '', ...rest] = name.split('/');
  if (!name.includes('/') || rest.length > 0) {
    const text = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalid(path, name, text));
    return;
  }
  if (domain.length > LONGEST_DOMAIN) errors.push(tooLong(path, LONGEST_DOMAIN));
  const labels = domain.split('.');
  refuseFirst(domain, labels, dnsLabel, path, errors);
  if (labels.length < 2)
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  refuseFirst(signer, signer.split('.'), dnsSubdomain, path, errors);
  if (name.length > LONGEST_SIGNER) errors.push(tooLong(path, LONGEST_SIGNER));
}

/** Only the first wrong part is told of. */
function refuseFirst(
  whole: string,
  parts: readonly string[],
  check: (part: string) => readonly string[],
  path: string,
  errors: ErrorList,
): void {
  const wrong = parts.find((part) => check(part).length > 0);
  if (wrong === undefined) return;
  for (const text of check(wrong))
    errors.push(invalid(path, whole, `validating label ${JSON.stringify(wrong)}: ${text}`));
}

function validateConditions(conditions: readonly Fields[], errors: ErrorList): void {
  const path = 'status.conditions';
  const seen = new Set<string>();
  conditions.forEach(({ type = '', status = '' }, index) => {
    const at = `${path}[${index}]`;
    if (type === '') errors.push(required(`${at}.type`));
    const allowed = DECISIONS.includes(type) ? ['True'] : STATUSES;
    if (status === '') errors.push(required(`${at}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${at}.status`, status, allowed));
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (opposite !== undefined && seen.has(opposite)) errors.push(invalid(path, type, EXCLUSIVE));
    if (seen.has(type)) errors.push(duplicate(`${at}.type`, type));
    seen.add(type);
  });
}

/** What is wrong with the PEM text of certificates. */
function certificateProblem(encoded: string): string | undefined {
  if (encoded === '') return undefined;
  const blocks = pemBlocks(base64Decode(encoded) ?? '');
  for (const { type, headers } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (Object.keys(headers).length > 0) return 'no PEM block headers are permitted';
  }
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  return parseCertificate(base64Decode(encoded) ?? '') === undefined ? 'x509: malformed certificate' : undefined;
}

/** What a write through one path may change: decisions through `approval`, the certificate through `status`. */
export function validateSigningUpdate(
  next: KubeObject,
  previous: KubeObject,
  subresource: '' | 'approval' | 'status',
): ErrorList {
  const errors: ErrorList = [];
  const of = (object: KubeObject, type: string): readonly Fields[] =>
    ((object.status?.conditions ?? []) as readonly Fields[]).filter((condition) => condition.type === type);
  for (const type of DECISIONS) {
    if (of(next, type).length < of(previous, type).length)
      errors.push(forbidden('status.conditions', `updates may not remove a condition of type "${type}"`));
  }
  for (const type of subresource === 'approval' ? [] : ['Approved', 'Denied']) {
    const [now, before] = [of(next, type), of(previous, type)];
    if (now.length > before.length)
      errors.push(forbidden('status.conditions', `updates may not add a condition of type "${type}"`));
    else if (now.length === before.length && !isEqual(now, before))
      errors.push(forbidden('status.conditions', `updates may not modify a condition of type "${type}"`));
  }
  const [now = '', before = ''] = [next.status?.certificate, previous.status?.certificate];
  if (now === before) return errors;
  if (subresource !== 'status') errors.push(forbidden('status.certificate', 'updates may not set certificate content'));
  else if (before !== '')
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  return errors;
}
