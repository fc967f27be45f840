import type { Fields } from '../kinds/fields.ts';
import type { Field } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { duplicate, type ErrorList, invalid, notSupported, required, tooLong } from './field.ts';
import { descendingPath } from './paths.ts';
import { fieldForm } from './struct-form.ts';
import { validateWindowsOptions } from './windows-options.ts';

const LARGEST_ID = 2147483647;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const FS_GROUP_POLICIES = ['Always', 'OnRootMismatch'];
const SELINUX_POLICIES = ['MountOption', 'Recursive'];
const SUPPLEMENTAL_POLICIES = ['Merge', 'Strict'];
const LONGEST_PROFILE = 4095;
const SYSCTL = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*([a-z0-9][-_a-z0-9]*)?[a-z0-9]$';

function validateId(id: number | undefined, path: string, errors: ErrorList): void {
  if (id !== undefined && (id < 0 || id > LARGEST_ID))
    errors.push(invalid(path, id, `must be between 0 and ${LARGEST_ID}, inclusive`));
}

/** The security context of a pod, with the host namespaces that belong to it. */
export function validatePodSecurityContext(spec: Fields, path: string, errors: ErrorList): void {
  const context = spec.securityContext;
  if (context === undefined) return;
  validateId(context.fsGroup, `${path}.fsGroup`, errors);
  validateId(context.runAsUser, `${path}.runAsUser`, errors);
  validateId(context.runAsGroup, `${path}.runAsGroup`, errors);
  (context.supplementalGroups ?? []).forEach((id: number, index: number) => {
    validateId(id, `${path}.supplementalGroups[${index}]`, errors);
  });
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    errors.push(
      invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  }
  if (context.sysctls !== undefined) validateSysctls(context.sysctls, spec, `${path}.sysctls`, errors);
  oneOf(context.fsGroupChangePolicy, FS_GROUP_POLICIES, `${path}.fsGroupChangePolicy`, errors);
  validateProfile(context.seccompProfile, 'seccomp', `${path}.seccompProfile`, errors);
  validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  validateProfile(context.appArmorProfile, 'AppArmor', `${path}.appArmorProfile`, errors);
  oneOf(context.supplementalGroupsPolicy, SUPPLEMENTAL_POLICIES, `${path}.supplementalGroupsPolicy`, errors);
  oneOf(context.seLinuxChangePolicy, SELINUX_POLICIES, `${path}.seLinuxChangePolicy`, errors);
}

function oneOf(value: string | undefined, supported: readonly string[], path: string, errors: ErrorList): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(path, value, supported));
}

function validateSysctls(sysctls: readonly Fields[], spec: Fields, path: string, errors: ErrorList): void {
  const names = new Set<string>();
  sysctls.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${path}[${index}].name`));
    else if (!SYSCTL.test(name) || name.length > 253) errors.push(invalid(`${path}[${index}].name`, name, SYSCTL_TEXT));
    else if (names.has(name)) errors.push(duplicate(`${path}[${index}].name`, name));
    if (name) validateHostSysctl(name, spec, `${path}[${index}].name`, errors);
    names.add(name);
  });
}

/** What belongs to a namespace that the pod shares with its host is not the pod's to set. */
function validateHostSysctl(name: string, spec: Fields, path: string, errors: ErrorList): void {
  const normal = name.replaceAll('/', '.');
  if (spec.hostNetwork === true && normal.startsWith('net.'))
    errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
  if (spec.hostIPC === true && /^(?:kernel\.(?:sem$|msg|shm)|fs\.mqueue\.)/.test(normal))
    errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
}

/** A seccomp or AppArmor profile: `localhostProfile` goes with type Localhost and no other. */
function validateProfile(profile: Fields | undefined, name: string, path: string, errors: ErrorList): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  if (!type)
    errors.push(
      required(
        `${path}.type`,
        name === 'seccomp'
          ? 'type is required when seccompProfile is set'
          : 'type is required when appArmorProfile is set',
      ),
    );
  else oneOf(type, PROFILE_TYPES, `${path}.type`, errors);
  if (type === 'Localhost') {
    validateLocalProfile(localhostProfile, name, `${path}.localhostProfile`, errors);
  } else if (localhostProfile !== undefined) {
    const value = name === 'seccomp' ? { Type: type, LocalhostProfile: localhostProfile } : localhostProfile;
    errors.push(invalid(`${path}.localhostProfile`, value, `can only be set when ${name} type is Localhost`));
  }
}

function validateLocalProfile(profile: string | undefined, name: string, path: string, errors: ErrorList): void {
  const isSeccomp = name === 'seccomp';
  if (profile === undefined || (!isSeccomp && profile === ''))
    errors.push(required(path, `must be set when ${name} type is Localhost`));
  else if (isSeccomp) for (const text of descendingPath(profile)) errors.push(invalid(path, profile, text));
  else if (profile.trim() !== profile) errors.push(invalid(path, profile, 'must not be padded with whitespace'));
  if (!isSeccomp && profile !== undefined && profile.length > LONGEST_PROFILE)
    errors.push(tooLong(path, LONGEST_PROFILE));
}

/** The security context of a container. */
export function validateSecurityContext(context: Fields, path: string, errors: ErrorList, hasHostUsers = true): void {
  validateId(context.runAsUser, `${path}.runAsUser`, errors);
  validateId(context.runAsGroup, `${path}.runAsGroup`, errors);
  oneOf(context.procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors);
  if (hasHostUsers && context.procMount === 'Unmasked')
    errors.push(invalid(`${path}.procMount`, 'Unmasked', '`hostUsers` must be false to use `Unmasked`'));
  validateProfile(context.seccompProfile, 'seccomp', `${path}.seccompProfile`, errors);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged === true) {
      errors.push(
        invalid(path, internalForm(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
      );
    }
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(
        invalid(
          path,
          internalForm(context),
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      );
    }
  }
  validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  validateProfile(context.appArmorProfile, 'AppArmor', `${path}.appArmorProfile`, errors);
}

const INTERNAL_FIELDS = [
  'capabilities',
  'privileged',
  'seLinuxOptions',
  'windowsOptions',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'procMount',
  'seccompProfile',
  'appArmorProfile',
];

/** The context as the server's internal Go struct prints. */
function internalForm(context: Fields): object {
  const { fields } = typeSchema('io.k8s.api.core.v1.SecurityContext');
  const form = INTERNAL_FIELDS.map((name) => fields[name] as Field).map((field) => [
    field.goName,
    fieldForm(field, context[field.name]),
  ]);
  return Object.fromEntries(form);
}
