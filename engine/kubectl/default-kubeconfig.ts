import { SERVER_ADDRESS } from '../apiserver/address.ts';
import { base64Encode } from '../base64.ts';
import { certificateAuthority, clientIdentity } from '../certificates/authority.ts';
import { administratorOf, type ClusterConfig } from '../config.ts';
import { parseTimestamp } from '../sim/time.ts';
import { kubeconfigYaml } from './kubeconfig.ts';

/** The kubeconfig that the learner's workstation starts with: kubeadm's `admin.conf`, with a certificate good for a year. */
export function defaultKubeconfig(config: ClusterConfig): string {
  const { clusterName: name, startTime } = config;
  const { commonName, organizations } = administratorOf(config);
  const authority = certificateAuthority(config);
  const { certificate, key } = clientIdentity(authority, commonName, organizations, parseTimestamp(startTime));
  return kubeconfigYaml({
    clusters: {
      [name]: {
        'certificate-authority-data': base64Encode(authority.certificate),
        server: `https://${SERVER_ADDRESS}`,
      },
    },
    contexts: { [name]: { cluster: name, user: commonName } },
    users: {
      [commonName]: { 'client-certificate-data': base64Encode(certificate), 'client-key-data': base64Encode(key) },
    },
    currentContext: name,
  });
}
