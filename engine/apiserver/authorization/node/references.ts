import type { KubeObject } from '../../../object.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Fields = any;

/** The names of objects of one sort that a pod needs, in its namespace; some come twice. */
export type PodReferences = (pod: KubeObject) => readonly string[];

const NONE: readonly never[] = [];

/** Source: `VisitPodConfigmapNames` in `pkg/api/v1/pod/util.go`. */
export function configMapsOf({ spec }: KubeObject): readonly string[] {
  const names: string[] = [];
  visitContainers(spec, ({ envFrom = NONE, env = NONE }) => {
    for (const { configMapRef } of envFrom) if (configMapRef?.name) names.push(configMapRef.name);
    for (const { valueFrom } of env) if (valueFrom?.configMapKeyRef?.name) names.push(valueFrom.configMapKeyRef.name);
  });
  for (const { configMap, projected } of spec.volumes ?? NONE) {
    if (configMap?.name) names.push(configMap.name);
    for (const source of projected?.sources ?? NONE) if (source.configMap?.name) names.push(source.configMap.name);
  }
  return names;
}

/** Source: `VisitPodSecretNames` in `pkg/api/v1/pod/util.go`. */
export function secretsOf({ spec }: KubeObject): readonly string[] {
  const names: string[] = [];
  for (const { name } of spec.imagePullSecrets ?? NONE) if (name) names.push(name);
  visitContainers(spec, ({ envFrom = NONE, env = NONE }) => {
    for (const { secretRef } of envFrom) if (secretRef?.name) names.push(secretRef.name);
    for (const { valueFrom } of env) if (valueFrom?.secretKeyRef?.name) names.push(valueFrom.secretKeyRef.name);
  });
  for (const volume of spec.volumes ?? NONE) addVolumeSecrets(volume, names);
  return names;
}

function visitContainers(spec: Fields, visit: (container: Fields) => void): void {
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) list?.forEach(visit);
}

/** Volume types that log in with a Secret called by `secretRef`, and the one that calls it differently. */
const SECRET_REFERENCES = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'];

function addVolumeSecrets(volume: Fields, names: string[]): void {
  if (volume.secret?.secretName) names.push(volume.secret.secretName);
  if (volume.azureFile?.secretName) names.push(volume.azureFile.secretName);
  if (volume.csi?.nodePublishSecretRef?.name) names.push(volume.csi.nodePublishSecretRef.name);
  for (const type of SECRET_REFERENCES) if (volume[type]?.secretRef?.name) names.push(volume[type].secretRef.name);
  for (const source of volume.projected?.sources ?? NONE) if (source.secret?.name) names.push(source.secret.name);
}

/** The claims that a pod names, and those that are made for it. */
export function claimsOf({ metadata, spec }: KubeObject): readonly string[] {
  return (spec.volumes ?? NONE).flatMap(({ name, persistentVolumeClaim, ephemeral }: Fields) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName as string];
    return ephemeral ? [`${metadata.name}-${name}`] : [];
  });
}

/** The claims of devices that a pod names, and those that were made for it. */
export function resourceClaimsOf({ spec, status }: KubeObject): readonly string[] {
  const claims: readonly Fields[] = [...(spec.resourceClaims ?? NONE), ...(status?.resourceClaimStatuses ?? NONE)];
  return claims.flatMap((claim) => claim.resourceClaimName ?? NONE);
}
