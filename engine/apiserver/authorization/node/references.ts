import type { KubeObject } from '../../../object.ts';

/** What a pod needs of its namespace: the names of its Secrets, ConfigMaps, claims and its service account. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly resourceClaims: ReadonlySet<string>;
  readonly serviceAccount: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Fields = any;

const found = new WeakMap<KubeObject, PodReferences>();

/** Looked for once a pod. Source: `VisitPodSecretNames` and `VisitPodConfigmapNames` in `pkg/api/v1/pod/util.go`. */
export function podReferences(pod: KubeObject): PodReferences {
  let references = found.get(pod);
  if (references === undefined) {
    references = referencesOf(pod);
    found.set(pod, references);
  }
  return references;
}

function referencesOf({ metadata, spec, status }: KubeObject): PodReferences {
  const secrets = new Set<string>();
  const configMaps = new Set<string>();
  for (const { name } of spec.imagePullSecrets ?? []) if (name) secrets.add(name);
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]) {
    addEnvironment(container, secrets, configMaps);
  }
  for (const volume of spec.volumes ?? []) addVolume(volume, secrets, configMaps);
  return {
    secrets,
    configMaps,
    claims: claimsOf(metadata.name, spec.volumes ?? []),
    resourceClaims: new Set<string>([
      ...(spec.resourceClaims ?? []).flatMap((claim: Fields) => claim.resourceClaimName ?? []),
      ...(status?.resourceClaimStatuses ?? []).flatMap((claim: Fields) => claim.resourceClaimName ?? []),
    ]),
    serviceAccount: spec.serviceAccountName ?? '',
  };
}

function addEnvironment(container: Fields, secrets: Set<string>, configMaps: Set<string>): void {
  for (const { secretRef, configMapRef } of container.envFrom ?? []) {
    if (secretRef?.name) secrets.add(secretRef.name);
    if (configMapRef?.name) configMaps.add(configMapRef.name);
  }
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.secretKeyRef?.name) secrets.add(valueFrom.secretKeyRef.name);
    if (valueFrom?.configMapKeyRef?.name) configMaps.add(valueFrom.configMapKeyRef.name);
  }
}

/** Volume types that log in with a Secret called by `secretRef`, and the one that calls it differently. */
const SECRET_REFERENCES = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'];

function addVolume(volume: Fields, secrets: Set<string>, configMaps: Set<string>): void {
  if (volume.secret?.secretName) secrets.add(volume.secret.secretName);
  if (volume.azureFile?.secretName) secrets.add(volume.azureFile.secretName);
  if (volume.csi?.nodePublishSecretRef?.name) secrets.add(volume.csi.nodePublishSecretRef.name);
  for (const type of SECRET_REFERENCES) if (volume[type]?.secretRef?.name) secrets.add(volume[type].secretRef.name);
  if (volume.configMap?.name) configMaps.add(volume.configMap.name);
  for (const source of volume.projected?.sources ?? []) {
    if (source.secret?.name) secrets.add(source.secret.name);
    if (source.configMap?.name) configMaps.add(source.configMap.name);
  }
}

function claimsOf(pod: string, volumes: readonly Fields[]): ReadonlySet<string> {
  return new Set(
    volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }: Fields) => {
      if (persistentVolumeClaim) return [persistentVolumeClaim.claimName as string];
      return ephemeral ? [`${pod}-${name}`] : [];
    }),
  );
}
