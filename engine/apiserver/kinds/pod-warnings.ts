import type { KubeObject } from '../../object.ts';
import { nanoValue } from '../schema/quantity.ts';
import { dnsLabel } from '../validation/names.ts';
import type { Fields } from './fields.ts';
import { collectTermWarnings, labelDeprecation } from './node-label-warnings.ts';

/** Volume types that are on their way out or gone, with what the server says of them. Source: `pkg/api/pod/warnings.go`. */
export const DEPRECATED_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'scaleIO: deprecated in v1.16, non-functional in v1.22+',
  flocker: 'flocker: deprecated in v1.22, non-functional in v1.25+',
  storageos: 'storageOS: deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'quobyte: deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'glusterfs: deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'cephfs: deprecated in v1.28, non-functional in v1.31+',
  rbd: 'rbd: deprecated in v1.28, non-functional in v1.31+',
};

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const NON_FUNCTIONAL: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What the names of most workloads become. */
export const POD_NAMES = 'Pod names and hostnames';

/** Warnings to whoever creates a pod. */
export function podWarnings({ metadata, spec }: KubeObject): readonly string[] {
  const warnings = nameWarnings(metadata.name, "the Pod's hostname");
  for (const key in metadata.annotations) {
    if (key.startsWith(APP_ARMOR))
      warnings.push(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
  collectWarnings({ metadata, spec }, '', warnings);
  return warnings;
}

/** A name that becomes a host's should be a label. */
export function nameWarnings(name: string, use: string): string[] {
  const wrong = dnsLabel(name);
  if (wrong.length === 0) return [];
  const text = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in ${use}, ${text}: [${wrong.join(' ')}]`];
}

/** Warnings about the pods of an object that names them after itself. */
export function workloadWarnings(object: KubeObject, previous?: KubeObject): readonly string[] {
  const named = previous === undefined ? nameWarnings(object.metadata.name, POD_NAMES) : [];
  return [...named, ...templateWarnings(object)];
}

/** Warnings about a template's pods. */
export function templateWarnings({ spec }: KubeObject): readonly string[] {
  return templateWarningsAt(spec?.template, 'spec.template');
}

/** Warnings about a template at a place of its own. */
export function templateWarningsAt(template: Fields | undefined, path: string): readonly string[] {
  const warnings: string[] = [];
  if (template?.spec === undefined) return warnings;
  collectWarnings(template, `${path}.`, warnings);
  collectContainers(template.spec, `${path}.spec`, (container) => {
    const key = APP_ARMOR + container.name;
    const hasField = template.spec.securityContext?.appArmorProfile ?? container.securityContext?.appArmorProfile;
    if (hasField === undefined && template.metadata?.annotations?.[key] !== undefined) {
      const text = 'deprecated since v1.30; use the "appArmorProfile" field instead';
      warnings.push(`${path}.metadata.annotations[${key}]: ${text}`);
    }
  });
  return warnings;
}

/** Source: `warningsForPodSpecAndMeta` in `pkg/api/pod/warnings.go`, in its order. `prefix` is `''` or ends in a dot. */
function collectWarnings({ metadata, spec }: Fields, prefix: string, warnings: string[]): void {
  const path = `${prefix}spec`;
  const annotations: Readonly<Record<string, string>> = metadata?.annotations ?? {};
  collectNodeWarnings(spec, path, warnings);
  for (const key in NON_FUNCTIONAL)
    if (annotations[key] !== undefined)
      warnings.push(`${prefix}metadata.annotations[${key}]: ${NON_FUNCTIONAL[key] as string}`);
  collectVolumeWarnings(spec.volumes ?? [], path, warnings);
  if (spec.hostAliases !== undefined) collectDuplicates(spec.hostAliases, 'ip', `${path}.hostAliases`, warnings);
  if (spec.imagePullSecrets !== undefined) collectPullSecretWarnings(spec.imagePullSecrets, path, warnings);
  if (spec.overhead !== undefined) collectFractions(spec.overhead, `${path}.overhead`, warnings);
  if (annotations[SECCOMP] !== undefined && spec.securityContext?.seccompProfile === undefined)
    warnings.push(`${prefix}metadata.annotations[${SECCOMP}]: ${SECCOMP_TEXT}`);
  collectContainers(spec, path, (container, place) => {
    const key = SECCOMP_OF_CONTAINER + container.name;
    if (annotations[key] !== undefined && container.securityContext?.seccompProfile === undefined)
      warnings.push(`${prefix}metadata.annotations[${key}]: ${SECCOMP_TEXT}`);
    if (container.resources !== undefined) {
      collectFractions(container.resources.limits, `${place}.resources.limits`, warnings);
      collectFractions(container.resources.requests, `${place}.resources.requests`, warnings);
    }
    collectEnvironmentWarnings(container, place, warnings);
  });
  collectPortWarnings(spec, path, warnings);
  if (spec.terminationGracePeriodSeconds < 0) {
    const text = 'must be >= 0; negative values are invalid and will be treated as 1';
    warnings.push(`${path}.terminationGracePeriodSeconds: ${text}`);
  }
  if (spec.affinity !== undefined) collectAffinityWarnings(spec.affinity, `${path}.affinity`, warnings);
}

function collectPullSecretWarnings(secrets: readonly Fields[], path: string, warnings: string[]): void {
  collectDuplicates(secrets, 'name', `${path}.imagePullSecrets`, warnings);
  secrets.forEach(({ name }, index) => {
    if (!name) warnings.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`);
  });
}

const SECCOMP_TEXT = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const NO_SELECTOR = 'a null labelSelector results in matching no pod';

function collectNodeWarnings(spec: Fields, path: string, warnings: string[]): void {
  for (const key in spec.nodeSelector) {
    const deprecation = labelDeprecation(key);
    if (deprecation !== undefined) warnings.push(`${path}.nodeSelector[${key}]: ${deprecation}`);
  }
  if (spec.affinity?.nodeAffinity !== undefined)
    collectNodeAffinityWarnings(spec.affinity.nodeAffinity, `${path}.affinity.nodeAffinity`, warnings);
  (spec.topologySpreadConstraints as readonly Fields[] | undefined)?.forEach(
    ({ topologyKey, labelSelector }, index) => {
      const at = `${path}.topologySpreadConstraints[${index}]`;
      const deprecation = labelDeprecation(topologyKey);
      if (deprecation !== undefined) warnings.push(`${at}.topologyKey: ${topologyKey} is ${deprecation}`);
      if (labelSelector === undefined) warnings.push(`${at}.labelSelector: ${NO_SELECTOR}`);
    },
  );
}

function collectNodeAffinityWarnings(affinity: Fields, path: string, warnings: string[]): void {
  ((affinity[REQUIRED]?.nodeSelectorTerms ?? []) as readonly Fields[]).forEach((term, index) => {
    collectTermWarnings(term, false, `${path}.${REQUIRED}.nodeSelectorTerms[${index}]`, warnings);
  });
  ((affinity[PREFERRED] ?? []) as readonly Fields[]).forEach(({ preference }, index) => {
    collectTermWarnings(preference ?? {}, true, `${path}.${PREFERRED}[${index}].preference`, warnings);
  });
}

function collectAffinityWarnings(affinity: Fields, path: string, warnings: string[]): void {
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const { [REQUIRED]: required = [], [PREFERRED]: preferred = [] } = affinity[name] ?? {};
    (required as readonly Fields[]).forEach(({ labelSelector }, index) => {
      if (labelSelector === undefined)
        warnings.push(`${path}.${name}.${REQUIRED}[${index}].labelSelector: ${NO_SELECTOR}`);
    });
    (preferred as readonly Fields[]).forEach(({ podAffinityTerm }, index) => {
      if (podAffinityTerm?.labelSelector === undefined)
        warnings.push(`${path}.${name}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`);
    });
  }
}

function collectVolumeWarnings(volumes: readonly Fields[], path: string, warnings: string[]): void {
  volumes.forEach((volume, index) => {
    for (const name in volume)
      if (DEPRECATED_VOLUMES[name] !== undefined)
        warnings.push(`${path}.volumes[${index}].${DEPRECATED_VOLUMES[name]}`);
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    if (claim !== undefined)
      collectClaimWarnings(claim, `${path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`, warnings);
  });
}

/** Storage cannot be given in parts of a byte. */
export function collectClaimWarnings(spec: Fields, path: string, warnings: string[]): void {
  const storage = spec.resources?.requests?.storage;
  if (isFraction(storage))
    warnings.push(
      `${path}.resources.requests[storage]: fractional byte value "${storage}" is invalid, must be an integer`,
    );
}

function isFraction(amount: string | undefined): boolean {
  return amount !== undefined && (nanoValue(amount) ?? 0n) % 1_000_000_000n !== 0n;
}

function collectFractions(amounts: Fields | undefined, path: string, warnings: string[]): void {
  for (const name of ['memory', 'ephemeral-storage'])
    if (isFraction(amounts?.[name]))
      warnings.push(`${path}[${name}]: fractional byte value "${amounts?.[name]}" is invalid, must be an integer`);
}

function collectDuplicates(items: readonly Fields[], field: string, path: string, warnings: string[]): void {
  items.forEach((item, index) => {
    const value = item[field] ?? '';
    if (items.findIndex((other) => (other[field] ?? '') === value) < index)
      warnings.push(`${path}[${index}].${field}: duplicate ${field} "${value}"`);
  });
}

/** Init containers come first, as in `VisitContainersWithPath`. */
function collectContainers(spec: Fields, path: string, collect: (container: Fields, path: string) => void): void {
  for (const name of ['initContainers', 'containers', 'ephemeralContainers'])
    (spec[name] as readonly Fields[] | undefined)?.forEach((container, index) => {
      collect(container, `${path}.${name}[${index}]`);
    });
}

/** A variable that says nothing of the one of the same name before it. */
function collectEnvironmentWarnings(container: Fields, path: string, warnings: string[]): void {
  const variables: readonly Fields[] = container.env ?? [];
  if (variables.length < 2) return;
  const seen = new Set<string>();
  variables.forEach(({ name, value = '', valueFrom }, index) => {
    const reference = `$(${name})`;
    const isHiding = valueFrom !== undefined || value === reference || !value.includes(reference);
    if (seen.has(name) && isHiding) {
      const text = `hides previous definition of "${name}", which may be dropped when using apply`;
      warnings.push(`${path}.env[${index}]: ${text}`);
    }
    seen.add(name);
  });
}

interface PortPlace {
  readonly place: string;
  readonly address: string;
  readonly hostPort: number;
}

function collectPortWarnings(spec: Fields, path: string, warnings: string[]): void {
  const known = new Map<string, PortPlace[]>();
  collectContainers(spec, path, (container, containerPath) => {
    ((container.ports ?? []) as readonly Fields[]).forEach((port, index) => {
      const { name = '', containerPort, protocol, hostIP: address = '', hostPort = 0 } = port;
      const place = `${containerPath}.ports[${index}]`;
      if (address !== '' && hostPort === 0) {
        const form = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${address}}`;
        warnings.push(`${place}: hostIP set without hostPort: ${form}`);
      }
      const key = `${containerPort}/${protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const how = overlap({ place, address, hostPort }, other);
        if (how !== undefined) warnings.push(`${place}: ${how} port definition with ${other.place}`);
      }
      known.set(key, [...others, { place, address, hostPort }]);
    });
  });
}

function overlap(one: PortPlace, other: PortPlace): string | undefined {
  if (one.address === other.address && one.hostPort === other.hostPort) return 'duplicate';
  if (one.hostPort === 0 || other.hostPort === 0) return 'overlapping';
  const isOneOpen = (one.address === '') !== (other.address === '');
  return one.hostPort === other.hostPort && isOneOpen ? 'dangerously ambiguous' : undefined;
}
