import { base64Bytes } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { dns1035Label, dnsSubdomain, pathSegment, portNumber } from './names.ts';

const STATUSES = ['True', 'False', 'Unknown'];
const LAST_GROUP_PRIORITY = 20000;
const LAST_VERSION_PRIORITY = 1000;

/** Source: `k8s.io/kube-aggregator/pkg/apis/apiregistration/validation`. */
export function validateApiService({ metadata, spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { group = '', version = '', groupPriorityMinimum: priority = 0, versionPriority = 0 } = spec;
  const wanted = `${version}.${group}`;
  if (metadata.name && pathSegment(metadata.name).length === 0 && metadata.name !== wanted) {
    const text = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
    errors.push(invalid('metadata.name', metadata.name, text));
  }
  if (group === '' && version !== 'v1')
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '') for (const text of dnsSubdomain(group)) errors.push(invalid('spec.group', group, text));
  for (const text of dns1035Label(version)) errors.push(invalid('spec.version', version, text));
  if (priority <= 0 || priority > LAST_GROUP_PRIORITY)
    errors.push(invalid('spec.groupPriorityMinimum', priority, 'must be positive and less than 20000'));
  if (versionPriority <= 0 || versionPriority > LAST_VERSION_PRIORITY)
    errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'));
  validateBackend(spec, errors);
  return errors;
}

function validateBackend({ service, caBundle = '', insecureSkipTLSVerify }: Fields, errors: ErrorList): void {
  const isInsecure = insecureSkipTLSVerify === true;
  if (service === undefined || service === null) {
    const size = base64Bytes(caBundle)?.length ?? 0;
    if (size > 0) errors.push(invalid('spec.caBundle', `${size} bytes`, 'local APIServices may not have a caBundle'));
    if (isInsecure)
      errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
    return;
  }
  if (!service.namespace) errors.push(required('spec.service.namespace'));
  if (!service.name) errors.push(required('spec.service.name'));
  const wrongPort = portNumber(service.port ?? 0);
  if (wrongPort.length > 0)
    errors.push(invalid('spec.service.port', service.port, `port is not valid: ${wrongPort.join(', ')}`));
  if (isInsecure && caBundle !== '')
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
}

export function validateApiServiceStatus({ status }: KubeObject): ErrorList {
  const conditions: readonly Fields[] = status?.conditions ?? [];
  return conditions.flatMap((condition, index) =>
    STATUSES.includes(condition.status)
      ? []
      : [notSupported(`status.conditions[${index}].status`, condition.status ?? '', STATUSES)],
  );
}
