import { base64Decode } from '../../base64.ts';
import { type CertificateRequest, parseCertificateRequest } from '../../certificates/request.ts';
import { humanDuration } from '../../human-duration.ts';
import { failure } from '../failure.ts';
import type { Describer } from './describer.ts';
import { dateText, labelsLine, Text } from './text.ts';

/** What a subject's attributes are called, in kubectl's order. */
const SUBJECT: readonly (readonly [type: string, title: string])[] = [
  ['O', 'Organization'],
  ['OU', 'Organizational Unit'],
  ['C', 'Country'],
  ['L', 'Locality'],
  ['ST', 'Province'],
  ['STREET', 'StreetAddress'],
  ['2.5.4.17', 'PostalCode'],
];

export const describeCertificateSigningRequest: Describer = (_, { object }) => {
  const { metadata, spec } = object;
  const parsed = parseCertificateRequest(base64Decode(spec.request ?? '') ?? '');
  if ('fault' in parsed) throw failure(`Error parsing CSR: ${parsed.fault}`);
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Labels:\t${labelsLine(metadata.labels)}`);
  text.line(0, `Annotations:\t${labelsLine(metadata.annotations)}`);
  text.line(0, `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`);
  text.line(0, `Requesting User:\t${spec.username ?? ''}`);
  if (spec.signerName) text.line(0, `Signer:\t${spec.signerName}`);
  if (spec.expirationSeconds !== undefined)
    text.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}`);
  text.line(0, `Status:\t${stateText(object.status)}`);
  subjectLines(text, parsed);
  alternativeNameLines(text, parsed);
  return String(text);
};

function stateText(status: { conditions?: { type: string }[]; certificate?: string } | undefined): string {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  return `${decision}${failed}${status?.certificate ? ',Issued' : ''}`;
}

function subjectLines(text: Text, { subject }: CertificateRequest): void {
  const values = (type: string) =>
    subject.attributes.filter((attribute) => attribute.type === type).map(({ value }) => value);
  text.line(0, 'Subject:');
  text.line(0, `\tCommon Name:\t${values('CN').at(-1) ?? ''}`);
  text.line(0, `\tSerial Number:\t${values('SERIALNUMBER').at(-1) ?? ''}`);
  for (const [type, title] of SUBJECT) listLines(text, title, values(type));
}

function alternativeNameLines(text: Text, request: CertificateRequest): void {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['DNS Names', request.dnsNames],
    ['Email Addresses', request.emailAddresses],
    ['URIs', request.uris],
    ['IP Addresses', request.ipAddresses],
  ];
  if (lists.every(([, values]) => values.length === 0)) return;
  text.line(0, 'Subject Alternative Names:');
  for (const [title, values] of lists) listLines(text, title, values);
}

function listLines(text: Text, title: string, values: readonly string[]): void {
  for (const [index, value] of values.entries()) text.line(0, index === 0 ? `\t${title}:\t${value}` : `\t\t${value}`);
}
