import { parseTimestamp } from '../sim/time.ts';
import {
  type Certificate,
  type CertificateTemplate,
  type Issuer,
  issueCertificate,
  parseCertificate,
} from './certificate.ts';
import { ellipticKey } from './elliptic.ts';
import { privateKeyPem, publicKeyInfo } from './keys.ts';
import { subjectName } from './name.ts';

/** What determines the keys of a cluster: the fields of its config. */
export interface AuthoritySeed {
  readonly seed: number;
  readonly startTime: string;
  /** Without it whoever knows the other two knows the keys: enough where nobody outside can reach the cluster. */
  readonly keySecret?: string;
}

/** What all keys of a cluster grow from. */
export function keyMaterial({ seed, startTime, keySecret }: AuthoritySeed): string {
  return keySecret === undefined ? `${seed} ${startTime}` : `${seed} ${startTime} ${keySecret}`;
}

/** A certificate authority: what signs, and its own certificate. */
export interface CertificateAuthority extends Issuer {
  /** PEM. */
  readonly certificate: string;
  readonly parsed: Certificate;
}

/** Parses its own certificate when that is asked for: mostly it is only handed on. */
class Authority implements CertificateAuthority {
  readonly subject: Uint8Array;
  readonly key: Issuer['key'];
  readonly certificate: string;
  private known: Certificate | undefined;

  constructor({ subject, key }: Issuer, certificate: string) {
    this.subject = subject;
    this.key = key;
    this.certificate = certificate;
  }

  get parsed(): Certificate {
    this.known ??= parseCertificate(this.certificate) as Certificate;
    return this.known;
  }
}

/** A certificate with its key, both PEM: a pair of files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const YEAR = 365 * 24 * 60 * 60 * 1000;
const NAME = 'kubernetes';

/** The authorities of the last clusters that asked: reading the same files twice need not sign them twice. */
const known = new Map<string, CertificateAuthority>();
const KNOWN = 8;

/** The cluster's certificate authority as kubeadm makes it: `CN=kubernetes`, good for ten years from the start. */
export function certificateAuthority(from: AuthoritySeed): CertificateAuthority {
  const id = keyMaterial(from);
  const present = known.get(id);
  if (present !== undefined) return present;
  const key = ellipticKey(`certificate authority ${id}`);
  const subject = subjectName(NAME);
  const notBefore = parseTimestamp(from.startTime);
  const certificate = issueCertificate(
    { subject, key },
    {
      subject,
      publicKeyInfo: publicKeyInfo(key),
      notBefore,
      notAfter: notBefore + 10 * YEAR,
      usages: ['digital signature', 'key encipherment', 'cert sign'],
      isAuthority: true,
      dnsNames: [NAME],
    },
  );
  const authority = new Authority({ subject, key }, certificate);
  if (known.size >= KNOWN) known.delete(known.keys().next().value as string);
  known.set(id, authority);
  return authority;
}

/** A certificate for a new key that `seed` determines: `('system:kube-scheduler', …)`. */
export function issueIdentity(
  authority: CertificateAuthority,
  seed: string,
  template: Omit<CertificateTemplate, 'publicKeyInfo' | 'subject'>,
): Identity {
  const key = ellipticKey(`${seed} ${privateKeyPem(authority.key)}`);
  const certificate = issueCertificate(authority, { ...template, publicKeyInfo: publicKeyInfo(key) });
  return { certificate, key: privateKeyPem(key) };
}

/** A certificate by which a client proves who it is, good for a year: kubeadm's and kube-controller-manager's usual. */
export function clientIdentity(
  authority: CertificateAuthority,
  commonName: string,
  organizations: readonly string[],
  notBefore: number,
): Identity {
  const usages = ['digital signature', 'key encipherment', 'client auth'];
  return issueIdentity(authority, `client ${commonName}`, {
    commonName,
    organizations,
    notBefore,
    notAfter: notBefore + YEAR,
    usages,
  });
}
