import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden } from './field.ts';

const ON_WINDOWS = 'cannot be set for a windows pod';
const ON_LINUX = 'windows options cannot be set for a linux pod';
/** Fields of the spec itself; the others stand in its security context. */
const SPEC_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'];
/** In the order of the server's answer. */
const POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** What a pod for one system may not say about the other (`validateWindows`, `validateLinux` in `pkg/apis/core/validation`). */
export function validateSystem(spec: Fields, path: string, errors: ErrorList): void {
  const isWindows = spec.os.name === 'windows';
  const context: Fields = spec.securityContext ?? {};
  const refuse = (at: string): void => {
    errors.push(forbidden(at, isWindows ? ON_WINDOWS : ON_LINUX));
  };
  if (isWindows) {
    for (const field of POD_FIELDS) {
      const isOfSpec = SPEC_FIELDS.includes(field);
      if (isSet(field, (isOfSpec ? spec : context)[field]))
        refuse(isOfSpec ? `${path}.${field}` : `${path}.securityContext.${field}`);
    }
  } else if (context.windowsOptions !== undefined) refuse(`${path}.securityContext.windowsOptions`);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    ((spec[list] ?? []) as readonly Fields[]).forEach(({ securityContext = {} }, index) => {
      const at = `${path}.${list}[${index}].securityContext`;
      for (const field of isWindows ? CONTAINER_FIELDS : ['windowsOptions'])
        if (securityContext[field] !== undefined) refuse(`${at}.${field}`);
    });
  }
}

/** `hostPID: false` and no sysctls say nothing; any other field does, whatever its value. */
function isSet(field: string, value: unknown): boolean {
  if (field === 'hostPID' || field === 'hostIPC') return value === true;
  return field === 'sysctls' ? Array.isArray(value) && value.length > 0 : value !== undefined;
}
