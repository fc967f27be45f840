import type { AlternativeNames } from '../../../certificates/extensions.ts';
import { attributeIdentifier, type NameAttribute, orderedName } from '../../../certificates/name.ts';
import { OpensslError } from './arguments.ts';

/** Reads `-subj /CN=jane/O=devs`. */
export function subjectOf(text: string): Uint8Array {
  if (!text.startsWith('/')) {
    throw new OpensslError(
      'req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\.',
    );
  }
  const parts = text.slice(1).match(/(?:[^/\\]|\\.)+/g) ?? [];
  return orderedName(parts.map(attributeOf));
}

function attributeOf(part: string): NameAttribute {
  const at = part.indexOf('=');
  const type = part.slice(0, at);
  if (at < 0) throw new OpensslError(`req: Missing '=' after RDN type string '${part}' in subject name string`);
  const name = attributeIdentifier(type) === undefined ? LONG_NAMES[type] : type;
  if (name === undefined) throw new OpensslError(`req: Unknown subject name attribute "${type}"`);
  return { type: name, value: part.slice(at + 1).replace(/\\(.)/g, '$1') };
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  countryName: 'C',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  localityName: 'L',
  stateOrProvinceName: 'ST',
  commonName: 'CN',
  S: 'ST',
};

/** Reads `-addext "subjectAltName = DNS:a.example, IP:10.0.0.1"`; other extensions are not simulated. */
export function alternativeNames(extensions: readonly string[] = []): AlternativeNames {
  const names = {
    dnsNames: [] as string[],
    ipAddresses: [] as string[],
    emailAddresses: [] as string[],
    uris: [] as string[],
  };
  for (const extension of extensions) {
    const [, name = '', value = ''] = /^\s*(\S+?)\s*=\s*(.*)$/.exec(extension) ?? [];
    if (name !== 'subjectAltName') {
      throw new OpensslError(`The extension "${name || extension}" is not simulated with -addext; subjectAltName is.`);
    }
    for (const part of value.split(',').map((each) => each.trim())) {
      const at = part.indexOf(':');
      const list = { DNS: names.dnsNames, IP: names.ipAddresses, email: names.emailAddresses, URI: names.uris }[
        part.slice(0, at)
      ];
      if (list === undefined) throw new OpensslError(`Error adding extensions: unsupported option "${part}"`);
      list.push(part.slice(at + 1));
    }
  }
  return names;
}
