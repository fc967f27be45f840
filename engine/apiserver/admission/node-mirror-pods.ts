import type { KubeObject } from '../../object.ts';
import type { Store } from '../../store/store.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a pod
type Part = { readonly [field: string]: any };

/** Why a node may not create a pod: it only mirrors its static pods, which refer to nothing in the API. */
export function mirrorPodFault(node: string, store: Store, pod: KubeObject): string | undefined {
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] === undefined)
    return `pod does not have "${MIRROR_ANNOTATION}" annotation, node "${node}" can only create mirror pods`;
  if (pod.spec?.nodeName !== node) return `node "${node}" can only create pods with spec.nodeName set to itself`;
  return ownerFault(node, store, pod) ?? referenceFault(node, pod.spec);
}

function ownerFault(node: string, store: Store, pod: KubeObject): string | undefined {
  const owners = pod.metadata.ownerReferences ?? [];
  if (owners.length > 1) return `node "${node}" can only create pods with a single owner reference set to itself`;
  const [owner] = owners;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node "${node}" can only create pods with an owner reference set to itself`;
  if (owner.controller !== true)
    return `node "${node}" can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `node "${node}" must not set blockOwnerDeletion on an owner reference`;
  const uid = store.get('nodes', '', node)?.metadata.uid ?? '';
  return owner.uid === uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
}

function referenceFault(node: string, spec: Part): string | undefined {
  const about = `node "${node}" can not create pods that reference`;
  const volumes: readonly Part[] = spec.volumes ?? [];
  const sources: readonly Part[] = volumes.flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])]);
  const containers: readonly Part[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const variables: readonly Part[] = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom = {} }: Part) => valueFrom),
    ...envFrom,
  ]);
  const isUsed = (field: string, reference: string): boolean =>
    sources.some((source) => source[field] !== undefined) ||
    variables.some((variable) => variable[reference] !== undefined || variable[`${field}KeyRef`] !== undefined);
  if (spec.serviceAccountName) return `${about} a service account`;
  if (isUsed('secret', 'secretRef') || spec.imagePullSecrets?.length > 0) return `${about} secrets`;
  if (isUsed('configMap', 'configMapRef')) return `${about} configmaps`;
  if (sources.some(({ clusterTrustBundle }) => clusterTrustBundle)) return `${about} clustertrustbundles`;
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim)) return `${about} persistentvolumeclaims`;
  return undefined;
}
