import type { ApiRequest } from '../apiserver/request.ts';
import { parseCertificates } from '../certificates/certificate.ts';
import { clientCertificate } from './client-certificate.ts';
import { CommandFailure, failure } from './failure.ts';
import type { FlagValues } from './flags.ts';
import type { Kubeconfig, UserEntry } from './kubeconfig.ts';
import type { Task } from './task.ts';

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
  if (contextName && !context) {
    throw new CommandFailure(`Error in configuration: context was not found for specified context: ${contextName}`);
  }
  const clusterName = flags.string('cluster') || context?.cluster;
  const cluster = clusterName ? config.clusters[clusterName] : undefined;
  if (flags.string('cluster') && !cluster) throw failure(`no server found for cluster ${JSON.stringify(clusterName)}`);
  const chosenUser = flags.isList('user') ? '' : flags.string('user');
  const userName = chosenUser || context?.user;
  const entry = userName ? config.users[userName] : undefined;
  if (chosenUser && !entry) throw failure(`auth info ${JSON.stringify(userName)} does not exist`);
  yield* checkAuthority(flags.string('certificate-authority'), clusterName ?? '', readText);
  const certificate = yield* clientCertificate(flags, userName ?? '', entry, readText);
  return {
    server: flags.string('server') || cluster?.server || 'http://localhost:8080',
    namespace: flags.string('namespace') || context?.namespace || 'default',
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
    headers: { ...credentials(flags, entry), ...impersonation(flags, entry, userName ?? '') },
  };
}

/** The file of `--certificate-authority` must be there and hold certificates. */
function* checkAuthority(
  path: string,
  clusterName: string,
  readText: (path: string) => Task<string | undefined>,
): Task {
  if (path === '') return;
  const text = yield* readText(path);
  if (text === undefined) {
    throw failure(
      `unable to read certificate-authority ${path} for ${clusterName} due to open ${path}: no such file or directory`,
    );
  }
  if (parseCertificates(text).length === 0) {
    throw failure('unable to load root certificates: unable to parse bytes as PEM block');
  }
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
