import { issueCertificate } from '../../../certificates/certificate.ts';
import { type PrivateKey, privateKeyPkcs8, publicKeyInfo, publicKeyPem } from '../../../certificates/keys.ts';
import { type CertificateRequest, certificateRequest, parseCertificateRequest } from '../../../certificates/request.ts';
import { now } from '../../program.ts';
import { type Arguments, argumentsOf, input, OpensslError, output, type Running, refuseDer } from './arguments.ts';
import { newKey, readKey } from './keys.ts';
import { alternativeNames, subjectOf } from './names.ts';
import { nameText, requestText } from './shown.ts';

const DAY = 86_400_000;

/** `openssl req`: asks for a certificate, shows such a request, or signs one's own (`-x509`). */
export function* req(words: readonly string[]): Running<number> {
  const given = argumentsOf(
    'req',
    words,
    ['new', 'x509', 'nodes', 'noenc', 'noout', 'text', 'subject', 'verify', 'pubkey', 'batch', 'sha256'],
    ['in', 'out', 'key', 'keyout', 'newkey', 'subj', 'addext', 'days', 'pkeyopt', 'inform', 'outform'],
  );
  refuseDer(given);
  const isNew = given.flags.has('new') || given.flags.has('x509') || given.values.newkey !== undefined;
  return isNew ? yield* make(given) : yield* show(given);
}

function* keyFor({ values, lists, flags }: Arguments): Running<PrivateKey> {
  if (values.key !== undefined) return yield* readKey(values.key);
  const key = yield* newKey(values.newkey ?? 'rsa:2048', lists.pkeyopt);
  if (!flags.has('nodes') && !flags.has('noenc')) {
    throw new OpensslError('req: keys locked with a pass phrase are not simulated; give -nodes');
  }
  yield* output(values.keyout ?? 'privkey.pem', privateKeyPkcs8(key), 0o600);
  yield { call: 'write', fd: 2, text: '-----\n' };
  return key;
}

function* make(given: Arguments): Running<number> {
  const { values, lists, flags } = given;
  if (values.subj === undefined) {
    throw new OpensslError('req: being asked for the parts of the name is not simulated; give them with -subj /CN=...');
  }
  const subject = subjectOf(values.subj);
  const names = alternativeNames(lists.addext);
  const key = yield* keyFor(given);
  if (!flags.has('x509')) {
    yield* output(values.out, certificateRequest(key, subject, names));
    return 0;
  }
  const notBefore = yield* now();
  const certificate = issueCertificate(
    { subject, key },
    {
      subject,
      publicKeyInfo: publicKeyInfo(key),
      notBefore,
      notAfter: notBefore + daysOf(values.days) * DAY,
      usages: [],
      isAuthority: true,
      ...names,
    },
  );
  yield* output(values.out, certificate);
  return 0;
}

/** 30 days when nobody says. */
export function daysOf(text: string | undefined): number {
  const days = text === undefined ? 30 : Number(text);
  if (!Number.isInteger(days) || days < 1) throw new OpensslError(`Invalid number "${text}" for option -days`);
  return days;
}

/** Reads a request from a file or standard input. */
export function* readRequest(path: string | undefined): Running<CertificateRequest> {
  const request = parseCertificateRequest(yield* input(path, 'certificate request'));
  if ('fault' in request) throw new OpensslError(`Could not find certificate request from ${path ?? '<stdin>'}`);
  return request;
}

function* show({ values, flags }: Arguments): Running<number> {
  const text = yield* input(values.in, 'certificate request');
  const request = parseCertificateRequest(text);
  if ('fault' in request) throw new OpensslError(`Unable to load X509 request: ${request.fault}`);
  if (flags.has('verify')) yield { call: 'write', fd: 2, text: 'Certificate request self-signature verify OK\n' };
  const shown = [
    flags.has('text') ? requestText(request) : '',
    flags.has('subject') ? `subject=${nameText(request.subject)}\n` : '',
    flags.has('pubkey') ? publicKeyPem(request.publicKeyInfo) : '',
    flags.has('noout') ? '' : text,
  ];
  yield* output(values.out, shown.join(''));
  return 0;
}
