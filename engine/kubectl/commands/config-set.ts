import type { Command, Task } from '../command.ts';
import { failure, unexpectedArguments } from '../failure.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import type { Session } from '../session.ts';

/** How the file of the kubeconfig is reached. */
export interface ConfigAccess {
  readonly file: (session: Session) => string;
  readonly read: (session: Session) => Task<Kubeconfig>;
  readonly write: (session: Session, config: Kubeconfig) => Task;
}

type Section = 'clusters' | 'contexts' | 'users';

/** The commands of `config` that change the file. */
export function configSetters(access: ConfigAccess): Command[] {
  return [
    setContext(access),
    setCluster(access),
    setCredentials(access),
    renameContext(access),
    setProperty(access),
    unsetProperty(access),
    deleteCommand(access, 'delete-cluster', 'Delete the specified cluster from the kubeconfig', 'clusters', 'cluster'),
    deleteCommand(access, 'delete-context', 'Delete the specified context from the kubeconfig', 'contexts', 'context'),
    deleteCommand(access, 'delete-user', 'Delete the specified user from the kubeconfig', 'users', 'user'),
  ];
}

/** The flags that were given, as fields of an entry. */
function given(session: Session, names: readonly string[]): Record<string, unknown> {
  const { flags } = session;
  const fields: Record<string, unknown> = {};
  for (const name of names)
    if (flags.isSet(name))
      fields[name] = name === 'insecure-skip-tls-verify' ? flags.boolean(name) : flags.string(name);
  return fields;
}

function setContext(access: ConfigAccess): Command {
  return {
    name: 'set-context',
    short: 'Set a context entry in kubeconfig',
    usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
    flags: [{ name: 'current', type: 'boolean', usage: 'Change the current context' }],
    *run(session): Task {
      const config = yield* access.read(session);
      const isCurrent = session.flags.boolean('current');
      const name = isCurrent ? config.currentContext : session.args[0];
      if (session.args.length > 1 || (isCurrent && session.args.length > 0)) throw unexpectedArguments(session.args);
      if (!name)
        throw failure(
          isCurrent ? 'no current context is set' : 'you must specify a non-empty context name or --current',
        );
      const present = config.contexts[name];
      const entry = { ...present, ...given(session, ['cluster', 'user', 'namespace']) };
      yield* access.write(session, { ...config, contexts: { ...config.contexts, [name]: entry } });
      yield* session.print(`Context ${JSON.stringify(name)} ${present ? 'modified' : 'created'}.\n`);
    },
  };
}

function oneName(session: Session): string {
  const [name] = session.args;
  if (session.args.length !== 1 || !name) throw unexpectedArguments(session.args);
  return name;
}

function setCluster(access: ConfigAccess): Command {
  return {
    name: 'set-cluster',
    short: 'Set a cluster entry in kubeconfig',
    usage:
      'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true]',
    *run(session): Task {
      const name = oneName(session);
      const config = yield* access.read(session);
      const entry = {
        ...config.clusters[name],
        ...given(session, ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority']),
      };
      yield* access.write(session, { ...config, clusters: { ...config.clusters, [name]: entry } });
      yield* session.print(`Cluster ${JSON.stringify(name)} set.\n`);
    },
  };
}

function setCredentials(access: ConfigAccess): Command {
  return {
    name: 'set-credentials',
    short: 'Set a user entry in kubeconfig',
    usage:
      'NAME [--client-certificate=path/to/certfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
    *run(session): Task {
      const name = oneName(session);
      const { flags } = session;
      if (flags.isSet('token') && (flags.isSet('username') || flags.isSet('password'))) {
        throw failure(
          'you cannot specify more than one authentication method at the same time: --token, --username/--password',
        );
      }
      const config = yield* access.read(session);
      const { token: _token, username: _username, password: _password, ...rest } = config.users[name] ?? {};
      const former =
        flags.isSet('token') || flags.isSet('username') || flags.isSet('password') ? rest : config.users[name];
      const entry = {
        ...former,
        ...given(session, ['client-certificate', 'client-key', 'token', 'username', 'password']),
      };
      yield* access.write(session, { ...config, users: { ...config.users, [name]: entry } });
      yield* session.print(`User ${JSON.stringify(name)} set.\n`);
    },
  };
}

function renameContext(access: ConfigAccess): Command {
  return {
    name: 'rename-context',
    short: 'Rename a context from the kubeconfig file',
    usage: 'CONTEXT_NAME NEW_NAME',
    *run(session): Task {
      const [from, to] = session.args;
      if (session.args.length !== 2 || !from || !to) throw unexpectedArguments(session.args);
      const config = yield* access.read(session);
      const { [from]: entry, ...others } = config.contexts;
      if (!entry)
        throw failure(`cannot rename the context ${JSON.stringify(from)}, it's not in ${access.file(session)}`);
      if (others[to])
        throw failure(
          `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${access.file(session)}`,
        );
      const currentContext = config.currentContext === from ? to : config.currentContext;
      yield* access.write(session, { ...config, contexts: { ...others, [to]: entry }, currentContext });
      yield* session.print(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
    },
  };
}

function deleteCommand(access: ConfigAccess, name: string, short: string, section: Section, noun: string): Command {
  return {
    name,
    short,
    usage: 'NAME',
    *run(session): Task {
      const wanted = oneName(session);
      const config = yield* access.read(session);
      const { [wanted]: entry, ...others } = config[section] as Record<string, object>;
      if (!entry) throw failure(`cannot delete ${noun} ${wanted}, not in ${access.file(session)}`);
      yield* access.write(session, { ...config, [section]: others });
      if (section === 'contexts' && config.currentContext === wanted) {
        yield* session.warn(
          'this removed your active context, use "kubectl config use-context" to select a different one',
        );
      }
      yield* session.print(`deleted ${noun} ${wanted} from ${access.file(session)}\n`);
    },
  };
}

/** A dotted path: `contexts.ctx1.namespace`, `current-context`. Names of entries may contain dots. */
function parsePath(path: string): { section: Section; name: string; field?: string } | undefined {
  const match = /^(clusters|contexts|users)\.(.+?)(?:\.([a-z-]+))?$/.exec(path);
  return match
    ? { section: match[1] as Section, name: match[2] as string, ...(match[3] ? { field: match[3] } : {}) }
    : undefined;
}

function setProperty(access: ConfigAccess): Command {
  return {
    name: 'set',
    short: 'Set an individual value in a kubeconfig file',
    usage: 'PROPERTY_NAME PROPERTY_VALUE',
    *run(session): Task {
      const [path, value] = session.args;
      if (session.args.length !== 2 || !path || value === undefined) throw unexpectedArguments(session.args);
      yield* access.write(session, changed(yield* access.read(session), path, value));
      yield* session.print(`Property ${JSON.stringify(path)} set.\n`);
    },
  };
}

function unsetProperty(access: ConfigAccess): Command {
  return {
    name: 'unset',
    short: 'Unset an individual value in a kubeconfig file',
    usage: 'PROPERTY_NAME',
    *run(session): Task {
      const path = oneName(session);
      yield* access.write(session, changed(yield* access.read(session), path, undefined));
      yield* session.print(`Property ${JSON.stringify(path)} unset.\n`);
    },
  };
}

function changed(config: Kubeconfig, path: string, value: string | undefined): Kubeconfig {
  if (path === 'current-context') return { ...config, currentContext: value ?? '' };
  const parsed = parsePath(path);
  if (!parsed) throw failure(`unable to parse ${path} after [] at api.Config`);
  const { section, name, field } = parsed;
  const entries = config[section] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  if (!field) {
    const { [name]: _, ...others } = entries;
    return { ...config, [section]: others };
  }
  const { [field]: _, ...entry } = entries[name] ?? {};
  return { ...config, [section]: { ...entries, [name]: value === undefined ? entry : { ...entry, [field]: value } } };
}
