import type { Command } from '../command.ts';
import { failure, HelpFailure } from '../failure.ts';
import { exists, join } from '../files.ts';
import type { ExecEntry, UserEntry } from '../kubeconfig.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { fileData } from './config-embed.ts';

const MODES = ['IfAvailable', 'Never', 'Always'];

export const setCredentials: Command = {
  name: 'set-credentials',
  short: 'Set a user entry in kubeconfig',
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]',
  flags: [
    { name: 'auth-provider', type: 'string', usage: 'Provider of the credentials' },
    { name: 'auth-provider-arg', type: 'slice', usage: 'Arguments of the provider: key=value, or key- to remove one' },
    { name: 'embed-certs', type: 'boolean', usage: 'Write the content of the files, not their paths' },
    { name: 'exec-api-version', type: 'string', usage: 'API version of the program' },
    { name: 'exec-arg', type: 'slice', usage: 'Arguments of the program' },
    { name: 'exec-command', type: 'string', usage: 'Program that gives the credentials' },
    { name: 'exec-env', type: 'array', usage: 'Environment of the program: key=value, or key- to remove one' },
    { name: 'exec-interactive-mode', type: 'string', usage: 'Whether the program may ask' },
    { name: 'exec-provide-cluster-info', type: 'boolean', usage: 'Tell the program about the cluster' },
  ],
  *run(session): Task {
    const { flags, args } = session;
    if (args.length !== 1) throw new HelpFailure(`error: unexpected args: [${args.join(' ')}]`);
    const name = args[0] as string;
    const provider = pairs(flags.strings('auth-provider-arg'), 'auth-provider-arg');
    const environment = pairs(flags.strings('exec-env'), 'exec-env');
    yield* check(session, name);
    const files = session.configFiles;
    const merged = yield* files.load();
    const { config } = merged;
    let entry = yield* withCertificates(session, config.users[name] ?? {});
    entry = withSecrets(session, entry);
    entry = withProvider(session, entry, provider);
    entry = withExec(session, entry, environment);
    yield* files.modify(merged, { ...config, users: { ...config.users, [name]: entry } });
    yield* session.print(`User ${JSON.stringify(name)} set.\n`);
  },
};

interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

function pairs(given: readonly string[], what: string): Pairs {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  const wrong: string[] = [];
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at > 0) set[pair.slice(0, at)] = pair.slice(at + 1);
    else if (at < 0 && pair.endsWith('-')) removed.push(pair.slice(0, -1));
    else wrong.push(pair);
  }
  if (wrong.length > 0) {
    throw new HelpFailure(
      `error: invalid ${what} format: ${wrong.length === 1 ? wrong[0] : wrong.map((pair) => `"${pair}"`).join(', ')}`,
    );
  }
  return { set, removed };
}

function* check(session: Session, name: string): Task {
  const { flags } = session;
  if (name === '') throw failure('you must specify a non-empty user name');
  const mode = flags.string('exec-interactive-mode');
  const methods: string[] = [];
  if (flags.string('token')) methods.push('--token');
  if (flags.string('username') || flags.string('password')) methods.push('--username/--password');
  if (methods.length > 1) {
    throw failure(`you cannot specify more than one authentication method at the same time: ${methods.join(', ')}`);
  }
  if (mode !== '' && !MODES.includes(mode)) {
    throw failure('invalid interactive mode type, can be only IfAvailable, Never, Always');
  }
  if (!flags.boolean('embed-certs')) return;
  const [certificate, key] = [flags.string('client-certificate'), flags.string('client-key')];
  if (certificate === '' && key === '') {
    throw failure('you must specify a --client-certificate or --client-key to embed');
  }
  for (const [field, path] of [
    ['client-certificate', certificate],
    ['client-key', key],
  ] as const) {
    if (path === '' || (yield* exists(join(session.invocation.directory, path)))) continue;
    throw failure(`could not stat ${field} file ${path}: stat ${path}: no such file or directory`);
  }
}

function* withCertificates(session: Session, present: UserEntry): Task<UserEntry> {
  const { flags } = session;
  const entry: Record<string, unknown> = { ...present };
  for (const field of ['client-certificate', 'client-key']) {
    if (!flags.isSet(field)) continue;
    const isEmbedded = flags.boolean('embed-certs');
    const path = flags.string(field);
    entry[field] = isEmbedded ? '' : join(session.invocation.directory, path);
    entry[`${field}-data`] = isEmbedded ? yield* fileData(session, path) : '';
  }
  return entry;
}

/** A token drops name and password, and the other way round. */
function withSecrets({ flags }: Session, present: UserEntry): UserEntry {
  const entry: Record<string, unknown> = { ...present };
  for (const field of ['token', 'username', 'password']) if (flags.isSet(field)) entry[field] = flags.string(field);
  const setsToken = flags.string('token') !== '';
  const setsBasic = flags.string('username') !== '' || flags.string('password') !== '';
  if (setsBasic && !setsToken) entry.token = '';
  if (setsToken && !setsBasic) Object.assign(entry, { username: '', password: '' });
  return entry;
}

function withProvider({ flags }: Session, present: UserEntry, { set, removed }: Pairs): UserEntry {
  let provider = present['auth-provider'] as { name: string; config?: Record<string, string> } | undefined;
  const name = flags.string('auth-provider');
  if (flags.isSet('auth-provider') && provider?.name !== name) provider = { name };
  if (!provider) return present;
  const config = { ...provider.config };
  for (const key of removed) delete config[key];
  return { ...present, 'auth-provider': { config: { ...config, ...set }, name: provider.name } };
}

function withExec({ flags }: Session, present: UserEntry, { set, removed }: Pairs): UserEntry {
  let exec = present.exec as ExecEntry | undefined;
  if (flags.isSet('exec-command')) exec = { ...exec, command: flags.string('exec-command'), args: null };
  if (!exec) return present;
  const given = flags.strings('exec-arg');
  let env = exec.env ?? null;
  if (removed.length > 0) env = (env ?? []).filter(({ name }) => !removed.includes(name));
  if (Object.keys(set).length > 0) {
    const known = (env ?? []).map((one) => ({ ...one, value: set[one.name] ?? one.value }));
    const added = Object.keys(set).filter((name) => !known.some((one) => one.name === name));
    env = [...known, ...added.map((name) => ({ name, value: set[name] as string }))];
  }
  return {
    ...present,
    exec: {
      ...exec,
      ...(given.length > 0 ? { args: given } : {}),
      env,
      ...(flags.isSet('exec-api-version') ? { apiVersion: flags.string('exec-api-version') } : {}),
      ...(flags.isSet('exec-interactive-mode') ? { interactiveMode: flags.string('exec-interactive-mode') } : {}),
      ...(flags.isSet('exec-provide-cluster-info')
        ? { provideClusterInfo: flags.boolean('exec-provide-cluster-info') }
        : {}),
    },
  };
}
