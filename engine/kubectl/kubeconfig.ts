import type { ApiRequest } from '../apiserver/request.ts';
import { readFile } from '../process/program.ts';
import { clientCertificate } from './client-certificate.ts';
import { fromYaml } from './codec/yaml-read.ts';
import { toYaml } from './codec/yaml-write.ts';
import type { Task } from './command.ts';
import { CommandFailure, failure } from './failure.ts';
import type { FlagValues } from './flags.ts';

type ClusterEntry = Readonly<Record<string, unknown>> & { readonly server?: string };
export type UserEntry = Readonly<Record<string, unknown>> & {
  readonly token?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-key-data'?: string;
  readonly 'client-key'?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
};
interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** A kubeconfig, its lists turned into maps. */
export interface Kubeconfig {
  readonly clusters: Readonly<Record<string, ClusterEntry>>;
  readonly contexts: Readonly<Record<string, ContextEntry>>;
  readonly users: Readonly<Record<string, UserEntry>>;
  readonly currentContext: string;
}

export const EMPTY_KUBECONFIG: Kubeconfig = { clusters: {}, contexts: {}, users: {}, currentContext: '' };

/** As `kubectl config` writes it to the file. */
export function kubeconfigYaml(config: Kubeconfig): string {
  return toYaml(kubeconfigObject(config));
}

/** The object of a kubeconfig, lists ordered by name, keys in Go's order. */
export function kubeconfigObject(config: Kubeconfig): Record<string, unknown> {
  const listed = (map: Readonly<Record<string, object>>, field: string, order: readonly string[]) => {
    const names = Object.keys(map).sort();
    if (names.length === 0) return null;
    return names.map((name) => ({ name, [field]: ordered(map[name] as Record<string, unknown>, order) }));
  };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: listed(config.clusters, 'cluster', CLUSTER_ORDER),
    users: listed(config.users, 'user', USER_ORDER),
    contexts: listed(config.contexts, 'context', ['cluster', 'user', 'namespace']),
    'current-context': config.currentContext,
  };
}

const CLUSTER_ORDER = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
];
const USER_ORDER = [
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'username',
  'password',
];

function ordered(entry: Record<string, unknown>, order: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of [...order, ...Object.keys(entry).filter((key) => !order.includes(key))]) {
    const value = entry[key];
    if (value !== undefined && value !== '' && value !== false) result[key] = value;
  }
  return result;
}

let lastRead: { readonly text: string; readonly config: Kubeconfig } | undefined;

/** Reads the text of a kubeconfig. The last one is kept: every command reads the same. */
export function parseKubeconfig(text: string): Kubeconfig {
  if (lastRead?.text !== text) lastRead = { text, config: parsed(text) };
  return lastRead.config;
}

function parsed(text: string): Kubeconfig {
  const object = (fromYaml(text) ?? {}) as Record<string, unknown>;
  const map = <T>(list: unknown, field: string): Record<string, T> => {
    const result: Record<string, T> = {};
    for (const entry of Array.isArray(list) ? list : []) result[String(entry.name)] = (entry[field] ?? {}) as T;
    return result;
  };
  return {
    clusters: map(object.clusters, 'cluster'),
    contexts: map(object.contexts, 'context'),
    users: map(object.users, 'user'),
    currentContext: String(object['current-context'] ?? ''),
  };
}

/** The path of the kubeconfig in use, by flag, environment or home. */
export function kubeconfigPath(flags: FlagValues, environment: Readonly<Record<string, string>>): string {
  const named = flags.string('kubeconfig') || environment.KUBECONFIG?.split(':').find((path) => path !== '');
  return named || `${environment.HOME ?? '/root'}/.kube/config`;
}

/** Reads the kubeconfig; a missing file is an empty one, except where a flag names it and a request needs it. */
export function* loadKubeconfig(
  flags: FlagValues,
  environment: Readonly<Record<string, string>>,
  isNeeded: boolean,
): Task<Kubeconfig> {
  const path = kubeconfigPath(flags, environment);
  const text = yield* readFile(path);
  if (typeof text === 'string') return parseKubeconfig(text);
  if (isNeeded && flags.string('kubeconfig')) throw failure(`stat ${path}: no such file or directory`);
  return EMPTY_KUBECONFIG;
}

/** Where requests go and as whom. */
export interface Connection {
  readonly server: string;
  readonly namespace: string;
  /** PEM; absent for a client that has none. */
  readonly clientCertificate?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request carries of its connection. */
export function certified({ clientCertificate: certificate }: Connection): Pick<ApiRequest, 'clientCertificate'> {
  return certificate === undefined ? {} : { clientCertificate: certificate };
}

/** Chooses context, cluster and user as flags and file say. Throws for names that the file does not have. */
export function* connect(
  flags: FlagValues,
  config: Kubeconfig,
  readText: (path: string) => Task<string | undefined>,
): Task<Connection> {
  const contextName = flags.string('context') || config.currentContext;
  const context = config.contexts[contextName];
  if (contextName && !context && flags.string('context')) {
    throw new CommandFailure(`Error in configuration: context was not found for specified context: ${contextName}`);
  }
  const clusterName = flags.string('cluster') || context?.cluster;
  const cluster = clusterName ? config.clusters[clusterName] : undefined;
  if (flags.string('cluster') && !cluster) throw failure(`no server found for cluster ${JSON.stringify(clusterName)}`);
  const chosenUser = flags.isList('user') ? '' : flags.string('user');
  const userName = chosenUser || context?.user;
  const entry = userName ? config.users[userName] : undefined;
  if (chosenUser && !entry) throw failure(`auth info ${JSON.stringify(userName)} does not exist`);
  const certificate = yield* clientCertificate(flags, userName ?? '', entry, readText);
  return {
    server: flags.string('server') || cluster?.server || 'http://localhost:8080',
    namespace: flags.string('namespace') || context?.namespace || 'default',
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
    headers: { ...credentials(flags, entry), ...impersonation(flags, entry, userName ?? '') },
  };
}

function credentials(flags: FlagValues, entry: UserEntry | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  const token = flags.string('token') || entry?.token;
  if (token) headers.authorization = `Bearer ${token}`;
  return headers;
}

/** As whom requests want to be treated: by flags, by the user's entry of the file otherwise. */
function impersonation(flags: FlagValues, entry: UserEntry | undefined, userName: string): Record<string, string> {
  const name = flags.string('as') || entry?.as || '';
  const groups = flags.isSet('as-group') ? flags.strings('as-group') : (entry?.['as-groups'] ?? []);
  const uid = flags.string('as-uid') || entry?.['as-uid'] || '';
  const extra = extraOf(flags, entry);
  if (name === '' && (groups.length > 0 || uid !== '' || Object.keys(extra).length > 0)) {
    throw failure(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
  }
  const headers: Record<string, string> = {};
  if (name) headers['impersonate-user'] = name;
  if (uid) headers['impersonate-uid'] = uid;
  if (groups.length > 0) headers['impersonate-group'] = groups.join(',');
  for (const [key, values] of Object.entries(extra)) {
    headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = values.join(',');
  }
  return headers;
}

function extraOf(flags: FlagValues, entry: UserEntry | undefined): Readonly<Record<string, readonly string[]>> {
  if (!flags.isSet('as-user-extra')) return entry?.['as-user-extra'] ?? {};
  const extra: Record<string, string[]> = {};
  for (const pair of flags.strings('as-user-extra')) {
    const [key = '', ...value] = pair.split('=');
    extra[key] = [...(extra[key] ?? []), value.join('=')];
  }
  return extra;
}
