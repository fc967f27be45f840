import { base64Encode } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import { collectData, encoded, readInput } from '../generate/data.ts';
import { withNameHash } from '../generate/name-hash.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

const HASH_FLAG: Flag = { name: 'append-hash', type: 'boolean', usage: 'Append a hash of the content to the name' };

const DATA_FLAGS: readonly Flag[] = [
  { name: 'from-file', type: 'slice', usage: 'File or directory, optionally key=file' },
  { name: 'from-literal', type: 'array', usage: 'key=value' },
  { name: 'from-env-file', type: 'slice', usage: 'File with lines key=value' },
  HASH_FLAG,
];

/** The object, its name with the hash of its content where that was asked for. */
function named(session: Session, object: KubeObject): KubeObject {
  return session.flags.boolean('append-hash') ? withNameHash(object) : object;
}

export const createConfigMap: Command = {
  name: 'configmap',
  aliases: ['cm'],
  short: 'Create a config map from a local file, directory or literal value',
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
  flags: [...CREATE_FLAGS, ...DATA_FLAGS],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const data = yield* collectData(session, 'ConfigMap', name);
    const filled = Object.keys(data).length > 0 ? { data } : {};
    yield* createGenerated(
      session,
      named(session, { kind: 'ConfigMap', apiVersion: 'v1', metadata: yield* metadata(session, name), ...filled }),
      'configmap',
    );
  },
};

const createGeneric: Command = {
  name: 'generic',
  short: 'Create a secret from a local file, directory, or literal value',
  usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  flags: [...CREATE_FLAGS, ...DATA_FLAGS, { name: 'type', type: 'string', usage: 'Type of the secret' }],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const data = encoded(yield* collectData(session, 'Secret', name));
    const type = session.flags.string('type');
    yield* createGenerated(
      session,
      named(session, {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: yield* metadata(session, name),
        ...(Object.keys(data).length > 0 ? { data } : {}),
        ...(type ? { type } : {}),
      }),
      'secret',
    );
  },
};

/** A certificate is a PEM block around DER, which begins with a sequence. Go's messages for the two ways to be none. */
function checkCertificate(text: string): void {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(text)?.[1];
  if (body === undefined) throw failure('tls: failed to find any PEM data in certificate input');
  if (!isWhole(body.replace(/\s/g, ''))) throw failure('x509: malformed certificate');
}

/** Is a DER sequence as long as its head says? Certificates have lengths of two bytes: `30 82 hi lo`. */
function isWhole(base64: string): boolean {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bits = [...base64.slice(0, 6)].reduce((value, digit) => value * 64 + Math.max(0, digits.indexOf(digit)), 0);
  const head = Math.floor(bits / 16);
  if (Math.floor(head / 65_536) !== 0x3082) return false;
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return bytes === 4 + (head % 65_536);
}

const createTls: Command = {
  name: 'tls',
  short: 'Create a TLS secret',
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file',
  flags: [
    ...CREATE_FLAGS,
    { name: 'cert', type: 'string', usage: 'File with the certificate' },
    { name: 'key', type: 'string', usage: 'File with the key' },
    HASH_FLAG,
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const { flags } = session;
    if (!flags.string('cert') || !flags.string('key')) throw failure('key and cert must be specified');
    const certificate = yield* readInput(session, flags.string('cert'));
    checkCertificate(certificate);
    const key = yield* readInput(session, flags.string('key'));
    const data = encoded({ 'tls.crt': certificate, 'tls.key': key });
    yield* createGenerated(
      session,
      named(session, {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: yield* metadata(session, name),
        data,
        type: 'kubernetes.io/tls',
      }),
      'secret',
    );
  },
};

const createDockerRegistry: Command = {
  name: 'docker-registry',
  short: 'Create a secret for use with a Docker registry',
  usage: 'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]',
  flags: [
    ...CREATE_FLAGS,
    { name: 'docker-server', type: 'string', default: 'https://index.docker.io/v1/', usage: 'Address of the registry' },
    { name: 'docker-username', type: 'string', usage: 'User of the registry' },
    { name: 'docker-password', type: 'string', usage: 'Password of the user' },
    { name: 'docker-email', type: 'string', usage: 'Mail address of the user' },
    { name: 'from-file', type: 'slice', usage: 'File with a docker configuration' },
    HASH_FLAG,
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const { flags } = session;
    const [username, password, email] = ['username', 'password', 'email'].map((field) =>
      flags.string(`docker-${field}`),
    ) as [string, string, string];
    const file = flags.strings('from-file')[0];
    if (!file && !(username && password)) {
      throw failure(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      );
    }
    const entry = { username, password, ...(email ? { email } : {}), auth: base64Encode(`${username}:${password}`) };
    const text = file
      ? yield* readInput(session, file.slice(file.indexOf('=') + 1))
      : JSON.stringify({ auths: { [flags.string('docker-server')]: entry } });
    yield* createGenerated(
      session,
      named(session, {
        kind: 'Secret',
        apiVersion: 'v1',
        metadata: yield* metadata(session, name),
        data: encoded({ '.dockerconfigjson': text }),
        type: 'kubernetes.io/dockerconfigjson',
      }),
      'secret',
    );
  },
};

export const createSecret: Command = {
  name: 'secret',
  short: 'Create a secret using a specified subcommand',
  long: 'Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry.\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its associated key.',
  usage: '(docker-registry | generic | tls)',
  bare: { fd: 2, code: 1 },
  subcommands: [createDockerRegistry, createGeneric, createTls],
};

export const createNamespace: Command = {
  name: 'namespace',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  usage: 'NAME',
  flags: CREATE_FLAGS,
  *run(session: Session): Task {
    const name = nameArgument(session);
    const object = { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} };
    yield* createGenerated(session, object as never);
  },
};

export const createServiceAccount: Command = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  usage: 'NAME',
  flags: CREATE_FLAGS,
  *run(session: Session): Task {
    const name = nameArgument(session);
    const object = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: yield* metadata(session, name) };
    yield* createGenerated(session, object, 'serviceaccount');
  },
};
