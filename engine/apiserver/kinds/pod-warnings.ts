import type { KubeObject } from '../../object.ts';
import type { Fields } from './fields.ts';

/** Volume types that are on their way out or gone, with what the server says of them. Source: `pkg/api/pod/warnings.go`. */
const VOLUMES: Readonly<Record<string, string>> = {
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

/** Warnings to whoever creates a pod. */
export function podWarnings({ metadata, spec }: KubeObject): readonly string[] {
  const warnings: string[] = [];
  for (const key in metadata.annotations) {
    if (key.startsWith(APP_ARMOR))
      warnings.push(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
  collectSpecWarnings(spec, 'spec', warnings);
  return warnings;
}

/** Warnings about a template's pods. */
export function templateWarnings({ spec }: KubeObject): readonly string[] {
  const warnings: string[] = [];
  collectSpecWarnings(spec?.template?.spec, 'spec.template.spec', warnings);
  return warnings;
}

function collectSpecWarnings(spec: Fields | undefined, path: string, warnings: string[]): void {
  spec?.volumes?.forEach((volume: Fields, index: number) => {
    for (const name in volume)
      if (VOLUMES[name] !== undefined) warnings.push(`${path}.volumes[${index}].${VOLUMES[name]}`);
  });
  spec?.topologySpreadConstraints?.forEach((constraint: Fields, index: number) => {
    if (constraint.labelSelector === undefined) {
      warnings.push(
        `${path}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`,
      );
    }
  });
  collectEnvironmentWarnings(spec?.containers, `${path}.containers`, warnings);
  collectEnvironmentWarnings(spec?.initContainers, `${path}.initContainers`, warnings);
}

function collectEnvironmentWarnings(containers: readonly Fields[] | undefined, path: string, warnings: string[]): void {
  containers?.forEach((container, index) => {
    const variables: readonly Fields[] = container.env ?? [];
    if (variables.length < 2) return;
    const seen = new Set<string>();
    variables.forEach(({ name }, at) => {
      if (seen.has(name))
        warnings.push(`${path}[${index}].env[${at}]: hides previous definition of "${name}", which may be unexpected`);
      seen.add(name);
    });
  });
}
