import type { KubeObject } from '../../object.ts';

/** One object on its way through a build. */
export interface BuiltResource {
  readonly object: KubeObject;
  /** Names it had before, oldest first. */
  readonly formerNames: readonly string[];
  /** Namespaces it was in before. */
  readonly formerNamespaces?: readonly string[];
  /** Its name is to end with a hash of its content. */
  readonly isHashed: boolean;
  /** How it meets one of the same name: made by a generator with this behavior. */
  readonly behavior?: 'create' | 'merge' | 'replace';
}

/** Kinds without namespace. Source: `sigs.k8s.io/kustomize/kyaml/openapi`, scopes of the built-in kinds. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ComponentStatus',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'IPAddress',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'ResourceSlice',
  'RuntimeClass',
  'ServiceCIDR',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
  'VolumeAttributesClass',
]);

export function isClusterKind(kind: string): boolean {
  return CLUSTER_KINDS.has(kind);
}

/** Is, or was, an object in a namespace? None at all is the default one. */
export function hasBeenIn({ object, formerNamespaces = [] }: BuiltResource, namespace: string | undefined): boolean {
  const wanted = namespace ?? 'default';
  return (object.metadata.namespace ?? 'default') === wanted || formerNamespaces.includes(wanted);
}

export function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
}

export function versionOf({ apiVersion }: KubeObject): string {
  return apiVersion.split('/').at(-1) as string;
}

/** The object under another name. */
export function renamed(resource: BuiltResource, name: string): BuiltResource {
  const { object, formerNames } = resource;
  if (name === object.metadata.name) return resource;
  return {
    ...resource,
    object: { ...object, metadata: { ...object.metadata, name } },
    formerNames: [...formerNames, object.metadata.name],
  };
}

export function withObject(resource: BuiltResource, object: KubeObject): BuiltResource {
  return object === resource.object ? resource : { ...resource, object };
}
