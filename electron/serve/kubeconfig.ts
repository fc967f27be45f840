import { stringify } from 'yaml';
import type { Identity } from '../../engine/index.ts';

/** A kubeconfig as kubeadm writes `admin.conf`: one cluster, one user with a client certificate, one context. */
export function kubeconfigText(
  url: string,
  authority: string,
  clusterName: string,
  user: string,
  identity: Identity,
): string {
  const context = clusterName;
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: clusterName, cluster: { 'certificate-authority-data': base64(authority), server: url } }],
    contexts: [{ name: context, context: { cluster: clusterName, user } }],
    'current-context': context,
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(identity.certificate),
          'client-key-data': base64(identity.key),
        },
      },
    ],
  });
}
