import { isEqual } from '../../apiserver/equality.ts';
import { certificateAuthority } from '../../certificates/authority.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { ClusterConfig } from '../../config.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Publishes the cluster's CA as a ConfigMap in every namespace (`pkg/controller/certificates/rootcacertpublisher`). */
export const rootCaCertificatePublisher = controller({
  name: 'root-ca-certificate-publisher',
  watches: [{ resource: 'namespaces' }, { resource: 'configmaps' }],
  keysOf,
  sync: syncNamespace,
});

function keysOf(_turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  const { name, namespace } = event.object.metadata;
  if (resource === 'namespaces') return event.type === 'DELETED' ? [] : [name];
  return name === NAME && event.type !== 'ADDED' && namespace !== undefined ? [namespace] : [];
}

/** Makes sure that a namespace has the ConfigMap, with the right data. */
export function syncNamespace(turn: Turn, client: Client, key: string): void {
  const namespace = turn.cache('namespaces').get('', key);
  if (namespace === undefined || namespace.status?.phase !== 'Active') return;
  const data = { 'ca.crt': rootCertificate(turn) };
  const present = turn.cache('configmaps').get(key, NAME);
  if (present === undefined) {
    client.create('configmaps', key, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace: key, annotations: { 'kubernetes.io/description': DESCRIPTION } },
      data,
    });
    return;
  }
  const annotations = { ...present.metadata.annotations, 'kubernetes.io/description': DESCRIPTION };
  if (isEqual(present.data, data) && isEqual(present.metadata.annotations, annotations)) return;
  client.update('configmaps', { ...present, metadata: { ...present.metadata, annotations }, data });
}

/** The file that kube-controller-manager is given as `--root-ca-file`. */
function rootCertificate(turn: Turn): string {
  return certificateAuthority(turn.call('world', { kind: 'config' }) as ClusterConfig).certificate;
}
