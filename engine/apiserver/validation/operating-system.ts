import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden } from './field.ts';

const ON_WINDOWS = 'cannot be set for a windows pod';
const ON_LINUX = 'windows options cannot be set for a linux pod';
const HOST_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'];
const POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
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
    for (const field of HOST_FIELDS) if (spec[field]) refuse(`${path}.${field}`);
    for (const field of POD_FIELDS) if (context[field] !== undefined) refuse(`${path}.securityContext.${field}`);
  } else if (context.windowsOptions !== undefined) refuse(`${path}.securityContext.windowsOptions`);
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    ((spec[list] ?? []) as readonly Fields[]).forEach(({ securityContext = {} }, index) => {
      const at = `${path}.${list}[${index}].securityContext`;
      for (const field of isWindows ? CONTAINER_FIELDS : ['windowsOptions'])
        if (securityContext[field] !== undefined) refuse(`${at}.${field}`);
    });
  }
}
