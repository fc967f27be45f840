import { changeFields, type FieldSpec } from './fields.ts';
import { type BuiltResource, hasBeenIn, isClusterKind, withObject } from './resource.ts';

/** Where pod specs are. */
const POD_SPECS: readonly (readonly [path: string, kinds: readonly string[]])[] = [
  ['spec', ['Pod']],
  ['spec/template/spec', ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'ReplicationController', 'Job']],
  ['spec/jobTemplate/spec/template/spec', ['CronJob']],
];

function inPods(...paths: readonly string[]): FieldSpec[] {
  return POD_SPECS.flatMap(([root, kinds]) => paths.map((path) => ({ path: `${root}/${path}`, kinds })));
}

function inContainers(...paths: readonly string[]): FieldSpec[] {
  return inPods(...paths.flatMap((path) => [`containers[]/${path}`, `initContainers[]/${path}`]));
}

const BACKENDS: readonly FieldSpec[] = [
  { path: 'spec/defaultBackend/service/name', kinds: ['Ingress'] },
  { path: 'spec/rules[]/http/paths[]/backend/service/name', kinds: ['Ingress'] },
  { path: 'spec/serviceName', kinds: ['StatefulSet'] },
  { path: 'spec/service/name', kinds: ['APIService'] },
  {
    path: 'webhooks[]/clientConfig/service/name',
    kinds: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
  },
];

/** Fields that name objects of a kind. Source: kustomize's `namereference.go`. */
const REFERENCES: Readonly<Record<string, readonly FieldSpec[]>> = {
  ConfigMap: [
    ...inPods('volumes[]/configMap/name', 'volumes[]/projected/sources[]/configMap/name'),
    ...inContainers('env[]/valueFrom/configMapKeyRef/name', 'envFrom[]/configMapRef/name'),
  ],
  Secret: [
    ...inPods('volumes[]/secret/secretName', 'volumes[]/projected/sources[]/secret/name', 'imagePullSecrets[]/name'),
    ...inContainers('env[]/valueFrom/secretKeyRef/name', 'envFrom[]/secretRef/name'),
    { path: 'secrets[]/name', kinds: ['ServiceAccount'] },
    { path: 'imagePullSecrets[]/name', kinds: ['ServiceAccount'] },
    { path: 'spec/tls[]/secretName', kinds: ['Ingress'] },
  ],
  Service: BACKENDS,
  PersistentVolumeClaim: inPods('volumes[]/persistentVolumeClaim/claimName'),
  PersistentVolume: [{ path: 'spec/volumeName', kinds: ['PersistentVolumeClaim'] }],
  StorageClass: [
    { path: 'spec/storageClassName', kinds: ['PersistentVolumeClaim', 'PersistentVolume'] },
    { path: 'spec/volumeClaimTemplates[]/spec/storageClassName', kinds: ['StatefulSet'] },
  ],
  ServiceAccount: inPods('serviceAccountName'),
  PriorityClass: inPods('priorityClassName'),
  IngressClass: [{ path: 'spec/ingressClassName', kinds: ['Ingress'] }],
};

const SCALED = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

/** Objects by kind and by every name they have had, so that what names them can be told their name of today. */
class NameIndex {
  private readonly byName = new Map<string, BuiltResource[]>();

  constructor(resources: readonly BuiltResource[]) {
    for (const resource of resources) {
      for (const name of [resource.object.metadata.name, ...resource.formerNames]) {
        const key = `${resource.object.kind}/${name}`;
        this.byName.set(key, [...(this.byName.get(key) ?? []), resource]);
      }
    }
  }

  /** The object that a name in another object means: one of the same namespace, if there are several. */
  find(kind: string, name: string, namespace: string | undefined): BuiltResource | undefined {
    const found = this.byName.get(`${kind}/${name}`) ?? [];
    const isNear = (one: BuiltResource) => isClusterKind(kind) || hasBeenIn(one, namespace);
    return found.find((one) => isNear(one) && one.object.metadata.name === name) ?? found.find(isNear);
  }
}

/** Lets every field that names another object of the build name it as it is called now. */
export function withReferences(resources: readonly BuiltResource[]): BuiltResource[] {
  const index = new NameIndex(resources);
  return resources.map((resource) => withObject(resource, fixed(resource, index)));
}

function fixed({ object }: BuiltResource, index: NameIndex): BuiltResource['object'] {
  const namespace = object.metadata.namespace;
  const current = (kind: string, name: unknown) =>
    typeof name === 'string' ? (index.find(kind, name, namespace)?.object.metadata.name ?? name) : name;
  let result = object;
  for (const [kind, specs] of Object.entries(REFERENCES)) {
    result = changeFields(result, specs, (name) => current(kind, name));
  }
  if (object.kind === 'HorizontalPodAutoscaler') {
    result = changeFields(result, [{ path: 'spec/scaleTargetRef' }], (target) =>
      SCALED.includes(target?.kind) ? { ...target, name: current(target.kind, target.name) } : target,
    );
  }
  return object.kind.endsWith('RoleBinding') ? withSubjects(result, index) : result;
}

// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
function withSubjects(object: any, index: NameIndex): any {
  const { namespace } = object.metadata;
  const role = object.roleRef ? index.find(object.roleRef.kind, object.roleRef.name, namespace) : undefined;
  // biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
  const subjects = object.subjects?.map((subject: any) => {
    const account =
      subject.kind === 'ServiceAccount'
        ? (index.find('ServiceAccount', subject.name, subject.namespace) ??
          index.find('ServiceAccount', subject.name, namespace))
        : undefined;
    if (!account) return subject;
    const place = account.object.metadata.namespace;
    return { ...subject, name: account.object.metadata.name, ...(place ? { namespace: place } : {}) };
  });
  return {
    ...object,
    ...(role ? { roleRef: { ...object.roleRef, name: role.object.metadata.name } } : {}),
    ...(subjects ? { subjects } : {}),
  };
}
