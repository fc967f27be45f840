import { extended, type KubeObject } from '../../object.ts';
import { nameSuffix } from '../../sim/identity.ts';
import { type Call, refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** The content of every token volume. Expiry as the token controller wants it: an hour and some seconds. */
const PROJECTED = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ],
  defaultMode: 420,
};

interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly mountPath: string }[];
}

/** Every pod runs as a service account and finds its token mounted. Source: `plugin/pkg/admission/serviceaccount`. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  resources: ['pods'],
  operations: ['CREATE'],
  admit({ call, object: pod }) {
    if (pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return pod;
    const name: string = pod.spec?.serviceAccountName || 'default';
    const account = findAccount(call, pod, name);
    const pullSecrets = pod.spec?.imagePullSecrets?.length > 0 ? pod.spec.imagePullSecrets : account.imagePullSecrets;
    const names = { serviceAccountName: name, serviceAccount: name };
    const spec = extended(
      pod.spec as Record<string, unknown>,
      pullSecrets === undefined ? names : { ...names, imagePullSecrets: pullSecrets },
    );
    const isMounted: boolean = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    return { ...pod, spec: isMounted ? withToken(call, spec) : spec };
  },
};

function findAccount(call: Call, pod: KubeObject, name: string): KubeObject {
  const account = call.turn.store.get('serviceaccounts', call.namespace, name);
  if (account !== undefined) return account;
  const why = `error looking up service account ${call.namespace}/${name}: serviceaccount "${name}" not found`;
  return refuse(forbidden(call.kind, nameForErrors(pod), why));
}

function isWithoutToken(container: Container): boolean {
  return !container.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_PATH);
}

/** Adds the token volume and mounts it wherever a container has nothing at its path. */
function withToken(call: Call, spec: KubeObject['spec']): KubeObject['spec'] {
  const containers: readonly Container[] = spec.containers ?? [];
  const initContainers: readonly Container[] = spec.initContainers ?? [];
  if (![...containers, ...initContainers].some(isWithoutToken)) return spec;
  const volumes: readonly { name: string }[] = spec.volumes ?? [];
  const present = volumes.find((volume) => volume.name.startsWith(VOLUME_PREFIX));
  const volume = present?.name ?? VOLUME_PREFIX + nameSuffix(() => call.turn.random());
  const mount = { name: volume, readOnly: true, mountPath: TOKEN_PATH };
  const mounted = (container: Container) =>
    isWithoutToken(container)
      ? extended(container, { volumeMounts: (container.volumeMounts ?? []).concat([mount]) })
      : container;
  return extended(
    spec,
    { volumes: present === undefined ? [...volumes, { name: volume, projected: PROJECTED }] : volumes },
    spec.initContainers === undefined
      ? { containers: containers.map(mounted) }
      : { initContainers: initContainers.map(mounted), containers: containers.map(mounted) },
  );
}
