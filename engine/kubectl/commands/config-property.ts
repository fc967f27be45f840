import { base64Decode, base64Encode } from '../../base64.ts';
import type { Command } from '../command.ts';
import { SECTIONS, type Section } from '../config-files.ts';
import { failure, unexpectedArguments } from '../failure.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import type { Task } from '../task.ts';

// Source: `k8s.io/kubectl/pkg/cmd/config` (set.go, navigation_step_parser.go).

type FieldType = 'string' | 'bytes' | 'boolean' | 'strings' | 'map' | 'object';

/** The fields that a path can name. */
const FIELDS: Readonly<Record<Section, Readonly<Record<string, FieldType>>>> = {
  clusters: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'boolean',
    'certificate-authority': 'string',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'string',
    'disable-compression': 'boolean',
    extensions: 'map',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string', extensions: 'map' },
  users: {
    'client-certificate': 'string',
    'client-certificate-data': 'bytes',
    'client-key': 'string',
    'client-key-data': 'bytes',
    token: 'string',
    tokenFile: 'string',
    'act-as': 'string',
    'act-as-uid': 'string',
    'act-as-groups': 'strings',
    'act-as-user-extra': 'map',
    username: 'string',
    password: 'string',
    'auth-provider': 'object',
    exec: 'object',
    extensions: 'map',
  },
};
/** Fields that the file calls otherwise. */
const IN_FILE: Readonly<Record<string, string>> = {
  'act-as': 'as',
  'act-as-uid': 'as-uid',
  'act-as-groups': 'as-groups',
  'act-as-user-extra': 'as-user-extra',
};

/** A dotted path: `contexts.ctx1.namespace`, `current-context`. Names of entries may contain dots. */
interface Property {
  readonly section?: Section;
  readonly name?: string;
  readonly field?: string;
}

function parsePath(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  const section = SECTIONS.find((candidate) => candidate === first);
  if (first === 'current-context' && rest.length === 0) return {};
  if (first === 'current-context') throw failure(`unable to parse one or more field values of ${path}`);
  if (!section) throw failure(`unable to parse ${path} after [] at api.Config`);
  if (rest.length === 0) return { section };
  const at = rest.findIndex((part, index) => index > 0 && part in FIELDS[section]);
  if (at < 0) return { section, name: rest.join('.') };
  if (rest.length > at + 1) throw failure(`unable to parse one or more field values of ${path}`);
  return { section, name: rest.slice(0, at).join('.'), field: rest[at] as string };
}

function parsedValue(type: FieldType, value: string, isRaw: boolean): unknown {
  switch (type) {
    case 'string':
      return value;
    case 'boolean':
      if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
      if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
      throw failure(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
    case 'bytes': {
      if (isRaw) return base64Encode(value);
      const wrong = /[^A-Za-z0-9+/]/.exec(value.replace(/=+$/, ''))?.index ?? Math.floor(value.length / 4) * 4;
      if (base64Decode(value) === undefined || value.length % 4 !== 0) {
        throw failure(`error decoding input value: illegal base64 data at input byte ${wrong}`);
      }
      return value;
    }
    case 'strings':
      throw failure('unrecognized slice type. string');
    default:
      throw failure("can't set a map to a value: map[]");
  }
}

/** How Go prints a map of pointers. */
function mapText(entries: object): string {
  const texts = Object.keys(entries)
    .sort()
    .map((name, index) => `${name}:0x${(0xc000192a80 + index * 0x80).toString(16)}`);
  return `map[${texts.join(' ')}]`;
}

function changed(config: Kubeconfig, path: string, value: string | undefined, isRaw: boolean): Kubeconfig {
  const { section, name, field } = parsePath(path);
  if (section === undefined) return { ...config, currentContext: value ?? '' };
  const entries = config[section] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  if (field === undefined || name === undefined) {
    if (value !== undefined) throw failure(`can't set a map to a value: ${mapText(entries)}`);
    if (name === undefined) return { ...config, [section]: {} };
    const { [name]: _, ...others } = entries;
    return { ...config, [section]: others };
  }
  const inFile = IN_FILE[field] ?? field;
  const type = FIELDS[section][field] as FieldType;
  if (value === undefined && !entries[name]) throw failure(`current map key \`${name}\` is invalid`);
  const { [inFile]: _, ...entry } = entries[name] ?? {};
  const next = value === undefined ? entry : { ...entry, [inFile]: parsedValue(type, value, isRaw) };
  return { ...config, [section]: { ...entries, [name]: next } };
}

const setProperty: Command = {
  name: 'set',
  short: 'Set an individual value in a kubeconfig file',
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  flags: [{ name: 'set-raw-bytes', type: 'boolean', usage: 'The value of a field of bytes is no base64' }],
  *run(session): Task {
    const [path = '', value = ''] = session.args;
    if (session.args.length !== 2) throw unexpectedArguments(session.args);
    if (value === '') throw failure('you cannot use set to unset a property');
    if (path === '') throw failure('you must specify a property');
    const files = session.configFiles;
    const merged = yield* files.load();
    yield* files.modify(merged, changed(merged.config, path, value, session.flags.boolean('set-raw-bytes')));
    yield* session.print(`Property ${JSON.stringify(path)} set.\n`);
  },
};

const unsetProperty: Command = {
  name: 'unset',
  short: 'Unset an individual value in a kubeconfig file',
  usage: 'PROPERTY_NAME',
  *run(session): Task {
    const [path = ''] = session.args;
    if (session.args.length !== 1) throw unexpectedArguments(session.args);
    if (path === '') throw failure('you must specify a property');
    const files = session.configFiles;
    const merged = yield* files.load();
    yield* files.modify(merged, changed(merged.config, path, undefined, true));
    yield* session.print(`Property ${JSON.stringify(path)} unset.\n`);
  },
};

/** `config set` and `config unset`. */
export const configProperties: readonly Command[] = [setProperty, unsetProperty];
