import { fromYaml } from './codec/yaml-read.ts';
import { toYaml } from './codec/yaml-write.ts';

export type ClusterEntry = Readonly<Record<string, unknown>> & { readonly server?: string };
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
export interface ContextEntry {
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
  'disable-compression',
];
const USER_ORDER = [
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'auth-provider',
  'exec',
];
/** Fields that are written even where they are empty. */
const ALWAYS = ['server', 'cluster', 'user'];

function ordered(entry: Record<string, unknown>, order: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of [...order, ...Object.keys(entry).filter((key) => !order.includes(key))]) {
    const value = entry[key];
    if (ALWAYS.includes(key)) result[key] = value ?? '';
    else if (key === 'exec' && value) result[key] = execObject(value as ExecEntry);
    else if (value !== undefined && value !== null && value !== '' && value !== false) result[key] = value;
  }
  return result;
}

/** The program that gives a user's credentials. */
export interface ExecEntry {
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly apiVersion?: string;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
}

function execObject({ command, args, env, apiVersion, installHint, ...exec }: ExecEntry): object {
  return {
    command: command ?? '',
    args: args ?? null,
    env: env ?? null,
    ...(apiVersion ? { apiVersion } : {}),
    ...(installHint ? { installHint } : {}),
    provideClusterInfo: exec.provideClusterInfo ?? false,
    ...(exec.interactiveMode ? { interactiveMode: exec.interactiveMode } : {}),
  };
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
    for (const entry of Array.isArray(list) ? list : []) {
      if (typeof entry === 'object' && entry !== null) result[String(entry.name)] = (entry[field] ?? {}) as T;
    }
    return result;
  };
  return {
    clusters: map(object.clusters, 'cluster'),
    contexts: map(object.contexts, 'context'),
    users: map(object.users, 'user'),
    currentContext: String(object['current-context'] ?? ''),
  };
}
