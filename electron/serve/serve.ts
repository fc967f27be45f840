import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  type CertificateAuthority,
  type ClusterOptions,
  certificateAuthority,
  createSession,
  issueIdentity,
  loadSession,
  type Session,
} from '../../engine/index.ts';
import { UsageError } from '../cli/arguments.ts';
import { fileText } from '../cli/file-text.ts';
import { type ApiEndpoint, openEndpoint } from './api-endpoint.ts';
import { kubeconfigText } from './kubeconfig.ts';
import type { ServeOptions } from './options.ts';
import { ServedSession } from './served-session.ts';

/** Virtual time that a fresh cluster gets to come up before it is offered. */
const WARM_UP = 30_000;

/** A cluster that real clients can reach. */
export interface Serving {
  readonly served: ServedSession;
  readonly url: string;
  /** A file's text: client certificate of `admin` in `system:masters`. */
  readonly kubeconfig: string;
  /** Ends all connections and stops the clock. */
  close(): Promise<void>;
}

/** How a session is offered. */
type Offer = Pick<ServeOptions, 'port' | 'speed'> & Partial<Pick<ServeOptions, 'tls'>>;

/** Offers a session to real clients over TLS; its certificates are those of its own cluster. */
export async function serve(session: Session, { port, speed, tls }: Offer): Promise<Serving> {
  const served = new ServedSession(session, speed);
  const authority = certificateAuthority(session.config);
  const endpoint = await openEndpoint({
    session: served,
    port,
    authority: authority.certificate,
    ...(tls ?? servingPair(authority)),
  });
  served.start();
  return {
    served,
    url: endpoint.url,
    kubeconfig: adminKubeconfig(endpoint, authority, session, tls?.certificate),
    close: () => {
      served.stop();
      return endpoint.close();
    },
  };
}

function servingPair(authority: CertificateAuthority) {
  return issueIdentity(authority, 'orrery serve', {
    commonName: 'kube-apiserver',
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1'],
    notBefore: authority.parsed.notBefore,
    notAfter: authority.parsed.notAfter,
    usages: ['digital signature', 'key encipherment', 'server auth'],
  });
}

/** A client trusts the cluster's authority, or the very certificate that was given. */
function adminKubeconfig(
  { url }: ApiEndpoint,
  authority: CertificateAuthority,
  { config }: Session,
  trusted = authority.certificate,
): string {
  const { notBefore, notAfter } = authority.parsed;
  const identity = issueIdentity(authority, 'orrery administrator', {
    commonName: 'admin',
    organizations: ['system:masters'],
    // Good at every moment of the session: time can be turned back, and saved sessions are old.
    notBefore,
    notAfter,
    usages: ['digital signature', 'key encipherment', 'client auth'],
  });
  return kubeconfigText(url, trusted, config.clusterName, 'admin', identity);
}

/** The session of a file, or a new one whose clock says what the real one says now. */
export function servedCluster({ cluster, session: path }: Pick<ServeOptions, 'cluster' | 'session'>): Session {
  if (path !== undefined && existsSync(path)) return loadSession(fileText(path));
  const startTime = new Date(Date.now() - WARM_UP).toISOString().replace(/\.\d+Z$/, 'Z');
  const session = created({ ...cluster, startTime });
  session.advance(WARM_UP);
  return session;
}

/** Flags with which kube-apiserver would not start are told as what they are. */
function created(options: ClusterOptions): Session {
  try {
    return createSession({ ...options, keySecret: randomBytes(32).toString('hex') });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
