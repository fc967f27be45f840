import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type Certificate,
  issueCertificate,
  issueFault,
  parseCertificates,
} from '../../../certificates/certificate.ts';
import { publicKeyInfo, publicKeyPem } from '../../../certificates/keys.ts';
import { pemOf } from '../../../certificates/pem.ts';
import { now } from '../../program.ts';
import { type Arguments, argumentsOf, input, OpensslError, output, type Running, refuseDer } from './arguments.ts';
import { readKey } from './keys.ts';
import { daysOf, readRequest } from './req.ts';
import { certificateText, nameText, octets, timeText } from './shown.ts';

const DAY = 86_400_000;

const SHOWN = ['text', 'subject', 'issuer', 'dates', 'startdate', 'enddate', 'serial', 'fingerprint', 'pubkey'];

/** `openssl x509`: shows a certificate, or signs a request (`-req`). */
export function* x509(words: readonly string[]): Running<number> {
  const given = argumentsOf(
    'x509',
    words,
    [...SHOWN, 'noout', 'req', 'CAcreateserial', 'sha256', 'new'],
    ['in', 'out', 'CA', 'CAkey', 'CAserial', 'days', 'inform', 'outform', 'checkend', 'set_serial', 'signkey', 'key'],
  );
  refuseDer(given);
  return given.flags.has('req') ? yield* signRequest(given) : yield* show(given, words);
}

/** Reads the first certificate of a file or of standard input. */
function* readCertificate(path: string | undefined): Running<Certificate> {
  const [certificate] = parseCertificates(yield* input(path, 'certificate'));
  if (certificate === undefined) throw new OpensslError(`Could not find certificate from ${path ?? '<stdin>'}`);
  return certificate;
}

function* signRequest({ values }: Arguments): Running<number> {
  const request = yield* readRequest(values.in);
  yield { call: 'write', fd: 2, text: `Certificate request self-signature ok\nsubject=${nameText(request.subject)}\n` };
  const ownKey = values.signkey ?? values.key;
  if (values.CA === undefined && ownKey === undefined) {
    throw new OpensslError('x509: give -CA with -CAkey, or -key, to say who signs');
  }
  const key = yield* readKey(values.CA === undefined ? ownKey : (values.CAkey ?? values.CA));
  const subject = values.CA === undefined ? request.subject : (yield* readCertificate(values.CA)).subject;
  const notBefore = yield* now();
  const certificate = issueCertificate(
    { subject: subject.bytes, key },
    {
      subject: request.subject.bytes,
      publicKeyInfo: values.CA === undefined ? publicKeyInfo(key) : request.publicKeyInfo,
      notBefore,
      notAfter: notBefore + daysOf(values.days) * DAY,
      usages: [],
    },
  );
  yield* output(values.out, certificate);
  return 0;
}

function* show({ values, flags }: Arguments, words: readonly string[]): Running<number> {
  const certificate = yield* readCertificate(values.in);
  // What is asked for comes in the order in which it is asked for.
  const asked = words.map((word) => word.replace(/^--?/, '')).filter((name) => SHOWN.includes(name));
  const parts = asked.map((name) => shownPart(name, certificate));
  const pem = flags.has('noout') || values.checkend !== undefined ? '' : pemOf('CERTIFICATE', certificate.bytes);
  yield* output(values.out, parts.join('') + pem);
  if (values.checkend === undefined) return 0;
  const isEnding = certificate.notAfter < (yield* now()) + Number(values.checkend) * 1000;
  yield* output(undefined, `Certificate will ${isEnding ? '' : 'not '}expire\n`);
  return isEnding ? 1 : 0;
}

function shownPart(name: string, certificate: Certificate): string {
  const { subject, issuer, notBefore, notAfter, serialNumber, publicKeyInfo: info, bytes } = certificate;
  const start = `notBefore=${timeText(notBefore)}\n`;
  const end = `notAfter=${timeText(notAfter)}\n`;
  switch (name) {
    case 'subject':
      return `subject=${nameText(subject)}\n`;
    case 'issuer':
      return `issuer=${nameText(issuer)}\n`;
    case 'startdate':
      return start;
    case 'enddate':
      return end;
    case 'dates':
      return start + end;
    case 'serial':
      return `serial=${serialNumber.toUpperCase()}\n`;
    case 'fingerprint':
      return `sha256 Fingerprint=${octets(sha256(bytes)).toUpperCase()}\n`;
    case 'pubkey':
      return publicKeyPem(info);
    default:
      return certificateText(certificate);
  }
}

/** `openssl verify -CAfile ca.crt jane.crt`. */
export function* verify(words: readonly string[]): Running<number> {
  const { values, operands } = argumentsOf('verify', words, [], ['CAfile', 'untrusted']);
  const trusted = values.CAfile === undefined ? [] : parseCertificates(yield* input(values.CAfile, 'certificates'));
  const between =
    values.untrusted === undefined ? [] : parseCertificates(yield* input(values.untrusted, 'certificates'));
  const time = yield* now();
  let code = 0;
  for (const path of operands.length === 0 ? [undefined] : operands) {
    const certificate = yield* readCertificate(path);
    const fault = chainFault(certificate, trusted, between, time);
    const name = path ?? 'stdin';
    if (fault === undefined) yield* output(undefined, `${name}: OK\n`);
    else {
      yield {
        call: 'write',
        fd: 2,
        text: `${nameText(certificate.subject)}\n${fault}\nerror ${name}: verification failed\n`,
      };
      code = 2;
    }
  }
  return code;
}

function chainFault(
  certificate: Certificate,
  trusted: readonly Certificate[],
  between: readonly Certificate[],
  time: number,
  depth = 0,
): string | undefined {
  if (time < certificate.notBefore) return `error 9 at ${depth} depth lookup: certificate is not yet valid`;
  if (time > certificate.notAfter) return `error 10 at ${depth} depth lookup: certificate has expired`;
  const self = bytesToHex(certificate.bytes);
  if (trusted.some(({ bytes }) => bytesToHex(bytes) === self)) return undefined;
  const anchor = trusted.find((authority) => issueFault(certificate, authority) === undefined);
  if (anchor !== undefined) return chainFault(anchor, trusted, between, time, depth + 1);
  const link = between.find((authority) => depth < between.length && issueFault(certificate, authority) === undefined);
  if (link !== undefined) return chainFault(link, trusted, between, time, depth + 1);
  return issueFault(certificate, certificate) === undefined
    ? `error 18 at ${depth} depth lookup: self-signed certificate`
    : `error 20 at ${depth} depth lookup: unable to get local issuer certificate`;
}
