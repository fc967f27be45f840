import { expect, test } from 'vitest';
import { createSession } from '../../../cluster.ts';
import type { Session } from '../../../sim/session.ts';

const session: Session = createSession({ nodes: 0 });
let runs = 0;

/** Runs a line on the workstation and gives what it prints, errors last. */
function run(line: string): string {
  const id = `openssl-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(1000);
  const { stdout, stderr } = session
    .moment()
    .memory('workstation')
    .get<{ stdout: string; stderr: string }>(`run/${id}`) ?? {
    stdout: '',
    stderr: 'not run',
  };
  return stdout + stderr;
}

test('a key, a request, a certificate signed by an authority of one’s own', () => {
  expect(run('openssl genrsa -out jane.key 512 && head -1 jane.key')).toBe('-----BEGIN PRIVATE KEY-----\n');
  expect(
    run(
      'openssl req -new -key jane.key -subj /CN=jane/O=devs -addext "subjectAltName=DNS:a,IP:10.0.0.1" -out jane.csr',
    ),
  ).toBe('');
  expect(run('openssl req -in jane.csr -noout -subject -verify')).toBe(
    'subject=CN=jane, O=devs\nCertificate request self-signature verify OK\n',
  );
  expect(run('openssl req -x509 -newkey ec -nodes -keyout ca.key -out ca.crt -subj "/CN=my ca" -days 100')).toBe(
    '-----\n',
  );
  expect(run('openssl x509 -req -in jane.csr -CA ca.crt -CAkey ca.key -out jane.crt -days 10')).toBe(
    'Certificate request self-signature ok\nsubject=CN=jane, O=devs\n',
  );
  expect(run('openssl x509 -in jane.crt -noout -subject -issuer')).toBe('subject=CN=jane, O=devs\nissuer=CN=my ca\n');
  expect(run('openssl verify -CAfile ca.crt jane.crt')).toBe('jane.crt: OK\n');
  expect(run('openssl verify jane.crt')).toContain(
    'error 20 at 0 depth lookup: unable to get local issuer certificate\n',
  );
  expect(run('openssl verify ca.crt')).toContain('error 18 at 0 depth lookup: self-signed certificate\n');
  session.advance(11 * 86_400_000);
  expect(run('openssl verify -CAfile ca.crt jane.crt')).toContain(
    'error 10 at 0 depth lookup: certificate has expired\n',
  );
  expect(run('openssl x509 -in jane.crt -checkend 0')).toBe('Certificate will expire\n');
});

test('a certificate is shown as OpenSSL shows it', () => {
  run("kubectl config view --raw -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > k.crt");
  const text = run('openssl x509 -in k.crt -noout -text');
  expect(text).toContain(`        Issuer: CN=kubernetes
        Validity
            Not Before: Jan  1 00:00:00 2026 GMT
            Not After : Dec 30 00:00:00 2035 GMT
        Subject: CN=kubernetes
        Subject Public Key Info:
            Public Key Algorithm: id-ecPublicKey
                Public-Key: (256 bit)
                pub:
                    04:`);
  expect(text).toContain(`            X509v3 Key Usage: critical
                Digital Signature, Key Encipherment, Certificate Sign
            X509v3 Basic Constraints: critical
                CA:TRUE
`);
});

test('what is not simulated says so', () => {
  expect(run('openssl x509 -in nosuch -noout')).toBe(
    'Could not open file or uri for loading certificate from nosuch: No such file or directory\n',
  );
  expect(run('openssl s_client -connect x:1')).toContain('"s_client" is not simulated');
  expect(run('openssl req -new -key k.crt')).toContain('give them with -subj');
  expect(run('openssl x509 -in k.crt -outform DER')).toContain('DER is not simulated');
  expect(run('openssl genpkey -algorithm ED25519')).toContain('not simulated');
  expect(run('openssl rand -hex 8')).toMatch(/^[0-9a-f]{16}\n$/);
});
