import { base64Encode } from '../base64.ts';
import { certificateAuthority, clientIdentity } from '../certificates/authority.ts';
import { administratorOf, type ClusterConfig } from '../config.ts';
import { parseTimestamp } from '../sim/time.ts';
import { kubeconfigYaml } from './kubeconfig.ts';

/** Where the API server of the model listens. */
const SERVER = 'https://10.77.0.100:6443';

/** The kubeconfig that the learner's workstation starts with: kubeadm's `admin.conf`, with a certificate good for a year. */
export function defaultKubeconfig(config: ClusterConfig): string {
  const { clusterName: name, startTime } = config;
  const { commonName, organizations } = administratorOf(config);
  const authority = certificateAuthority(config);
  const { certificate, key } = clientIdentity(authority, commonName, organizations, parseTimestamp(startTime));
  return kubeconfigYaml({
    clusters: { [name]: { 'certificate-authority-data': base64Encode(authority.certificate), server: SERVER } },
    contexts: { [name]: { cluster: name, user: commonName } },
    users: {
      [commonName]: { 'client-certificate-data': base64Encode(certificate), 'client-key-data': base64Encode(key) },
    },
    currentContext: name,
  });
}
