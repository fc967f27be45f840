import type { KubeObject } from '../../object.ts';
import { changeAt, changeFields } from './fields.ts';
import { type BuiltResource, isClusterKind, renamed, withObject } from './resource.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
type Any = any;

/** Kinds whose names stay. */
const UNPREFIXED = ['APIService', 'CustomResourceDefinition', 'Namespace'];

export function withAffixes(resource: BuiltResource, prefix: string, suffix: string): BuiltResource {
  const { kind, metadata } = resource.object;
  return UNPREFIXED.includes(kind) ? resource : renamed(resource, `${prefix}${metadata.name}${suffix}`);
}

/** Puts an object into a namespace; Namespaces themselves take its name. */
export function withNamespace(resource: BuiltResource, namespace: string): BuiltResource {
  const { object } = resource;
  if (object.kind === 'Namespace') return renamed(resource, namespace);
  if (isClusterKind(object.kind)) return withObject(resource, withSubjectNamespace(object, namespace));
  const placed = { ...object, metadata: { ...object.metadata, namespace } };
  const former = [...(resource.formerNamespaces ?? []), object.metadata.namespace ?? 'default'];
  return { ...withObject(resource, withSubjectNamespace(placed, namespace)), formerNamespaces: former };
}

/** Bindings of the service account `default` follow. */
function withSubjectNamespace(object: KubeObject, namespace: string): KubeObject {
  if (!object.kind.endsWith('RoleBinding')) return object;
  return changeFields(object, [{ path: 'subjects[]' }], (subject: Any) =>
    subject.kind === 'ServiceAccount' && subject.name === 'default' ? { ...subject, namespace } : subject,
  );
}

export interface ImageChange {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string | number;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

/** `registry:5000/nginx:1.25@sha256:…` taken apart. */
function splitImage(image: string): { name: string; tag: string; digest: string } {
  const [named = '', digest = ''] = image.split('@');
  const colon = named.lastIndexOf(':');
  const isTagged = colon > named.lastIndexOf('/') && colon > 0;
  return { name: isTagged ? named.slice(0, colon) : named, tag: isTagged ? named.slice(colon + 1) : '', digest };
}

function changedImage(image: unknown, change: ImageChange): unknown {
  if (typeof image !== 'string') return image;
  const { name, tag, digest } = splitImage(image);
  if (name !== change.name) return image;
  const newName = change.newName || name;
  if (change.digest) return `${newName}${change.newTag ? `:${change.newTag}` : ''}@${change.digest}`;
  if (change.newTag !== undefined) return `${newName}:${change.newTag}`;
  if (change.tagSuffix) return `${newName}:${tag}${change.tagSuffix}`;
  return `${newName}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** Changes an image wherever containers are. */
export function withImage(resource: BuiltResource, change: ImageChange): BuiltResource {
  return withObject(resource, walk(resource.object, change));
}

function walk(value: Any, change: ImageChange): Any {
  if (Array.isArray(value)) return value.map((item) => walk(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, Any>).map(([key, field]) => {
      const isList = (key === 'containers' || key === 'initContainers') && Array.isArray(field);
      const walked = walk(field, change);
      if (!isList) return [key, walked];
      return [key, walked.map((item: Any) => changeAt(item, ['image'], false, (image) => changedImage(image, change)))];
    }),
  );
}

const SCALED = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

/** Sets the replicas of what has, or had, a name. */
export function withReplicas(resource: BuiltResource, name: string, count: number): BuiltResource {
  const { object, formerNames } = resource;
  if (!SCALED.includes(object.kind) || ![object.metadata.name, ...formerNames].includes(name)) return resource;
  return withObject(
    resource,
    changeAt(object, ['spec', 'replicas'], true, () => count),
  );
}

const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

function rank(kind: string): number {
  if (FIRST.includes(kind)) return FIRST.indexOf(kind) - FIRST.length;
  return LAST.includes(kind) ? LAST.indexOf(kind) + 1 : 0;
}

/** The order in which things can be created: what others need comes first. */
export function legacyOrder(resources: readonly BuiltResource[]): BuiltResource[] {
  const key = ({ object }: BuiltResource) => {
    const [version = '', group = ''] = object.apiVersion.split('/').reverse();
    return [group, version, object.kind, object.metadata.namespace ?? '', object.metadata.name].join('_');
  };
  return [...resources].sort(
    (one, other) =>
      rank(one.object.kind) - rank(other.object.kind) || (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0),
  );
}
