import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { certificateAuthority, clientIdentity, issueIdentity } from '../../engine/certificates/authority.ts';
import { issueCertificate, issueFault, parseCertificate } from '../../engine/certificates/certificate.ts';
import { ellipticKey } from '../../engine/certificates/elliptic.ts';
import {
  parsePrivateKey,
  privateKeyPem,
  privateKeyPkcs8,
  publicKeyInfo,
  publicKeyPem,
} from '../../engine/certificates/keys.ts';
import { commonNameOf, organizationsOf, subjectName } from '../../engine/certificates/name.ts';
import { certificateRequest, parseCertificateRequest } from '../../engine/certificates/request.ts';
import { rsaKey } from '../../engine/certificates/rsa.ts';

const SEED = { seed: 1, startTime: '2026-01-01T00:00:00Z' };
const NOW = Date.parse(SEED.startTime);
const YEAR = 365 * 86_400_000;

test('the authority is the same for the same cluster, another for another, and OpenSSL takes it', () => {
  const authority = certificateAuthority(SEED);
  expect(certificateAuthority({ ...SEED }).certificate).toBe(authority.certificate);
  expect(certificateAuthority({ ...SEED, seed: 2 }).certificate).not.toBe(authority.certificate);
  const read = new X509Certificate(authority.certificate);
  expect(read.subject).toBe('CN=kubernetes');
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.validTo).toBe('Dec 30 00:00:00 2035 GMT');
});

test('a client certificate carries who it is, and is checked against its authority', () => {
  const authority = certificateAuthority(SEED);
  const { certificate, key } = clientIdentity(authority, 'jane', ['devs', 'täster'], NOW);
  const read = new X509Certificate(certificate);
  expect(read.verify(createPublicKey(authority.certificate))).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  const parsed = parseCertificate(certificate);
  if (parsed === undefined) throw new Error('not a certificate');
  expect(commonNameOf(parsed.subject)).toBe('jane');
  expect(organizationsOf(parsed.subject)).toEqual(['devs', 'täster']);
  expect(parsed.usages).toEqual(['digital signature', 'key encipherment', 'client auth']);
  expect(parsed).toMatchObject({ version: 3, notBefore: NOW, notAfter: NOW + YEAR, isAuthority: false });
  expect(parsed.serialNumber).toBe(read.serialNumber.toLowerCase());
  expect(issueFault(parsed, authority.parsed)).toBeUndefined();
  const other = certificateAuthority({ ...SEED, seed: 2 });
  expect(issueFault(parsed, other.parsed)).toBe('x509: ECDSA verification failure');
});

test('a serving certificate carries names and addresses', () => {
  const { certificate } = issueIdentity(certificateAuthority(SEED), 'serving', {
    commonName: 'kube-apiserver',
    dnsNames: ['kubernetes', 'kubernetes.default.svc'],
    ipAddresses: ['10.96.0.1', '127.0.0.1', '::1', 'fd00:0:0:1::7'],
    notBefore: NOW,
    notAfter: NOW + 30 * YEAR,
    usages: ['digital signature', 'server auth'],
  });
  const read = new X509Certificate(certificate);
  expect(read.subjectAltName).toBe(
    'DNS:kubernetes, DNS:kubernetes.default.svc, IP Address:10.96.0.1, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FD00:0:0:1:0:0:0:7',
  );
  expect(read.validTo).toBe('Dec 25 00:00:00 2055 GMT');
  expect(parseCertificate(certificate)?.ipAddresses).toEqual(['10.96.0.1', '127.0.0.1', '::1', 'fd00:0:0:1::7']);
});

test('keys go to PEM and back, and Node reads them', () => {
  for (const key of [
    ellipticKey('a'),
    ellipticKey('b', '1.3.132.0.34'),
    ellipticKey('c', '1.3.132.0.35'),
    rsaKey('d', 512),
  ]) {
    expect(parsePrivateKey(privateKeyPem(key))).toEqual(key);
    const read = createPrivateKey(privateKeyPem(key));
    const pkcs8 = read.export({ type: 'pkcs8', format: 'pem' }) as string;
    const again = parsePrivateKey(pkcs8);
    expect(again && publicKeyPem(publicKeyInfo(again))).toBe(publicKeyPem(publicKeyInfo(key)));
    expect(parsePrivateKey(privateKeyPkcs8(key))).toEqual(key);
    expect(createPrivateKey(privateKeyPkcs8(key)).asymmetricKeyType).toBe(key.type.toLowerCase());
    expect(createPublicKey(read).export({ type: 'spki', format: 'pem' })).toBe(publicKeyPem(publicKeyInfo(key)));
  }
});

test('requests are read back; a foreign signature on one is refused', () => {
  for (const key of [ellipticKey('x'), rsaKey('y', 1024)]) {
    const pem = certificateRequest(key, subjectName('jane', ['devs']), {
      dnsNames: ['a.example'],
      ipAddresses: ['1.2.3.4'],
    });
    const request = parseCertificateRequest(pem);
    if ('fault' in request) throw new Error(request.fault);
    expect(request.subject.attributes).toEqual([
      { type: 'O', value: 'devs' },
      { type: 'CN', value: 'jane' },
    ]);
    expect(request).toMatchObject({ dnsNames: ['a.example'], ipAddresses: ['1.2.3.4'], emailAddresses: [], uris: [] });
    expect(request.publicKeyInfo).toEqual(publicKeyInfo(key));
    const certificate = issueCertificate(certificateAuthority(SEED), {
      subject: request.subject.bytes,
      publicKeyInfo: request.publicKeyInfo,
      notBefore: NOW,
      notAfter: NOW + YEAR,
      usages: ['client auth'],
    });
    expect(new X509Certificate(certificate).subject).toBe('O=devs\nCN=jane');
    const lines = pem.split('\n');
    const forged = [
      ...lines.slice(0, 2),
      `${lines[2]?.startsWith('A') ? 'B' : 'A'}${lines[2]?.slice(1)}`,
      ...lines.slice(3),
    ].join('\n');
    expect(parseCertificateRequest(forged)).toHaveProperty('fault');
  }
});

test('a request made by OpenSSL is read', () => {
  const recorded = readFileSync(new URL('../golden/sessions/pl-csr.case', import.meta.url), 'utf8');
  const pem = /-----BEGIN[\s\S]*?-----END CERTIFICATE REQUEST-----\n/.exec(recorded)?.[0] ?? '';
  const request = parseCertificateRequest(pem);
  if ('fault' in request) throw new Error(request.fault);
  expect(commonNameOf(request.subject)).toBe('jane');
  expect(parseCertificateRequest('nonsense')).toEqual({ fault: 'PEM block type must be CERTIFICATE REQUEST' });
});
