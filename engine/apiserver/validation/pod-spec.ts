import type { Fields } from '../kinds/fields.ts';
import { ipAddress } from './addresses.ts';
import { validateAffinity } from './affinity.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts';
import { validateDns } from './dns.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required, tooLong } from './field.ts';
import { validateLabels } from './metadata.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from './names.ts';
import { validateSystem } from './operating-system.ts';
import { validatePodClaims } from './pod-claims.ts';
import { validatePodResources } from './pod-resources.ts';
import { validateResources } from './resources.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { validateTolerations } from './tolerations.ts';
import { validateSpreadConstraints } from './topology-spread.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcesses } from './windows-options.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const LONGEST_DEADLINE = 2147483647;

/** Specs without errors. They are immutable, so each is looked at once, wherever it stands. */
const valid = new WeakSet<object>();

/** A pod spec, in a pod or a template (`ValidatePodSpec` in `pkg/apis/core/validation`); errors come in Kubernetes' order. */
export function validatePodSpec(spec: Fields, path: string, errors: ErrorList): void {
  if (valid.has(spec)) return;
  const before = errors.length;
  if (spec.volumes !== undefined) validateVolumes(spec.volumes, `${path}.volumes`, errors);
  if (spec.resourceClaims !== undefined) validatePodClaims(spec.resourceClaims, `${path}.resourceClaims`, errors);
  validateContainers(spec, `${path}.containers`, errors);
  if (spec.initContainers !== undefined) validateInitContainers(spec, `${path}.initContainers`, errors);
  if (spec.ephemeralContainers !== undefined) validateEphemeralContainers(spec, `${path}.ephemeralContainers`, errors);
  if (spec.resources !== undefined) validatePodResources(spec, `${path}.resources`, errors);
  validatePolicies(spec, path, errors);
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors);
  validatePodSecurityContext(spec, `${path}.securityContext`, errors);
  if (spec.affinity !== undefined) validateAffinity(spec.affinity, `${path}.affinity`, errors);
  validateDns(spec, path, errors);
  validateGates(spec, path, errors);
  if (spec.topologySpreadConstraints !== undefined) {
    validateSpreadConstraints(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors);
  }
  validateHostProcesses(spec, path, errors);
  if (spec.hostUsers === false) validateOwnUsers(spec, path, errors);
  validateIdentity(spec, path, errors);
  if (spec.tolerations !== undefined) validateTolerations(spec.tolerations, `${path}.tolerations`, errors);
  spec.hostAliases?.forEach((alias: Fields, index: number) => {
    validateHostAlias(alias, `${path}.hostAliases[${index}]`, errors);
  });
  validateNames(spec, path, errors);
  if (errors.length === before) valid.add(spec);
}

function validatePolicies(spec: Fields, path: string, errors: ErrorList): void {
  if (!spec.restartPolicy) errors.push(required(`${path}.restartPolicy`));
  else if (!RESTART_POLICIES.includes(spec.restartPolicy))
    errors.push(notSupported(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES));
}

function validateGates(spec: Fields, path: string, errors: ErrorList): void {
  spec.readinessGates?.forEach(({ conditionType }: Fields, index: number) => {
    for (const text of qualifiedName(conditionType))
      errors.push(invalid(`${path}.readinessGates[${index}].conditionType`, conditionType, text));
  });
  if (spec.schedulingGates === undefined) return;
  const seen = new Set<string>();
  spec.schedulingGates.forEach(({ name }: Fields, index: number) => {
    for (const text of qualifiedName(name)) errors.push(invalid(`${path}.schedulingGates[${index}]`, name, text));
    if (seen.has(name)) errors.push(duplicate(`${path}.schedulingGates[${index}]`, name));
    seen.add(name);
  });
}

/** Users of its own go with no namespace of the host. */
function validateOwnUsers(spec: Fields, path: string, errors: ErrorList): void {
  const text = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, text));
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, text));
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, text));
}

function validateIdentity(spec: Fields, path: string, errors: ErrorList): void {
  const { serviceAccountName, nodeName, activeDeadlineSeconds, hostname, subdomain } = spec;
  if (serviceAccountName)
    for (const text of dnsSubdomain(serviceAccountName))
      errors.push(invalid(`${path}.serviceAccountName`, serviceAccountName, text));
  if (nodeName) for (const text of dnsSubdomain(nodeName)) errors.push(invalid(`${path}.nodeName`, nodeName, text));
  if (activeDeadlineSeconds !== undefined && (activeDeadlineSeconds < 1 || activeDeadlineSeconds > LONGEST_DEADLINE)) {
    errors.push(
      invalid(
        `${path}.activeDeadlineSeconds`,
        activeDeadlineSeconds,
        `must be between 1 and ${LONGEST_DEADLINE}, inclusive`,
      ),
    );
  }
  if (hostname) for (const text of dnsLabel(hostname)) errors.push(invalid(`${path}.hostname`, hostname, text));
  if (spec.hostnameOverride !== undefined) validateHostnameOverride(spec, path, errors);
  if (subdomain) for (const text of dnsLabel(subdomain)) errors.push(invalid(`${path}.subdomain`, subdomain, text));
}

const LONGEST_HOST_NAME = 64;

/** The whole name of the pod's host, for programs that ask the kernel; it goes with no other way to name it. */
function validateHostnameOverride(spec: Fields, path: string, errors: ErrorList): void {
  const name: string = spec.hostnameOverride;
  const place = `${path}.hostnameOverride`;
  for (const text of dnsSubdomain(name)) errors.push(invalid(place, name, text));
  if (name.length > LONGEST_HOST_NAME) errors.push(tooLong(place, LONGEST_HOST_NAME));
  if (spec.setHostnameAsFQDN === true)
    errors.push(forbidden(`${path}.setHostnameAsFQDN`, 'cannot be set when `hostnameOverride` is set'));
  if (spec.hostNetwork === true)
    errors.push(forbidden(`${path}.hostNetwork`, 'cannot be set when `hostnameOverride` is set'));
}

function validateHostAlias(alias: Fields, path: string, errors: ErrorList): void {
  for (const text of ipAddress(alias.ip ?? '')) errors.push(invalid(`${path}.ip`, alias.ip ?? '', text));
  (alias.hostnames ?? []).forEach((name: string, index: number) => {
    for (const text of dnsSubdomain(name)) errors.push(invalid(`${path}.hostnames[${index}]`, name, text));
  });
}

const PREEMPTION_POLICIES = ['Never', 'PreemptLowerPriority'];
const SYSTEMS = ['linux', 'windows'];

function validateNames(spec: Fields, path: string, errors: ErrorList): void {
  const { priorityClassName, runtimeClassName, preemptionPolicy, os } = spec;
  if (priorityClassName)
    for (const text of dnsSubdomain(priorityClassName))
      errors.push(invalid(`${path}.priorityClassName`, priorityClassName, text));
  if (runtimeClassName)
    for (const text of dnsSubdomain(runtimeClassName))
      errors.push(invalid(`${path}.runtimeClassName`, runtimeClassName, text));
  if (preemptionPolicy !== undefined && !PREEMPTION_POLICIES.includes(preemptionPolicy)) {
    errors.push(notSupported(`${path}.preemptionPolicy`, preemptionPolicy, PREEMPTION_POLICIES));
  }
  if (spec.overhead !== undefined) validateResources({ limits: spec.overhead }, `${path}.overhead`, errors);
  if (os === undefined) return;
  if (!os.name) errors.push(required(`${path}.os.name`, 'cannot be empty'));
  else if (!SYSTEMS.includes(os.name)) errors.push(notSupported(`${path}.os`, os.name, SYSTEMS));
  else validateSystem(spec, path, errors);
}
