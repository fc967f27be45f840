import { SERVER_ADDRESS } from '../apiserver/address.ts';
import { base64Encode } from '../base64.ts';
import { type AuthoritySeed, certificateAuthority, clientIdentity } from '../certificates/authority.ts';
import { administratorOf, type ClusterConfig } from '../config.ts';
import { remembered } from '../remembered.ts';
import { parseTimestamp } from '../sim/time.ts';
import { kubeconfigYaml } from './kubeconfig.ts';

/** What the workstation's first kubeconfig follows from. */
interface Source extends AuthoritySeed {
  readonly clusterName: string;
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Begins a kubeconfig that nobody has read yet: its `Source` follows, as JSON. */
const UNSIGNED = '\u0001kubeconfig ';

/**
 * The kubeconfig that the learner's workstation starts with, without the work of signing its certificate: perhaps nobody
 * ever reads it. `kubeconfigText` makes the file of it; only the model itself ever sees the short form.
 */
export function unsignedKubeconfig(config: ClusterConfig): string {
  const { clusterName, seed, startTime, keySecret } = config;
  const source: Source = { clusterName, seed, startTime, keySecret, ...administratorOf(config) };
  return UNSIGNED + JSON.stringify(source);
}

/** A file's text as a reader sees it. */
export function kubeconfigText(text: string): string {
  return text.startsWith(UNSIGNED) ? signed(text) : text;
}

const signed = remembered((text: string) => {
  try {
    return defaultKubeconfig(JSON.parse(text.slice(UNSIGNED.length)) as Source);
  } catch {
    // Somebody has written a file that only begins like ours.
    return text;
  }
}, 8);

/** kubeadm's `admin.conf`, with a certificate good for a year. */
function defaultKubeconfig(source: Source): string {
  const { clusterName: name, startTime, commonName, organizations } = source;
  const authority = certificateAuthority(source);
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
