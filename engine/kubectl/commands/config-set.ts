import type { Command } from '../command.ts';
import type { Section } from '../config-files.ts';
import { failure, HelpFailure, unexpectedArguments, usageFailure } from '../failure.ts';
import { exists, join } from '../files.ts';
import type { ClusterEntry } from '../kubeconfig.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { fileData } from './config-embed.ts';

/** The commands of `config` that change contexts and clusters. */
export function configSetters(): Command[] {
  return [
    setContext,
    setCluster,
    renameContext,
    deleteCommand('delete-cluster', 'Delete the specified cluster from the kubeconfig', 'clusters', 'cluster'),
    deleteCommand('delete-context', 'Delete the specified context from the kubeconfig', 'contexts', 'context'),
    deleteCommand('delete-user', 'Delete the specified user from the kubeconfig', 'users', 'user'),
  ];
}

/** The file that messages name. */
function* fileName(session: Session): Task<string> {
  return yield* session.configFiles.fileForNew();
}

const setContext: Command = {
  name: 'set-context',
  short: 'Set a context entry in kubeconfig',
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  flags: [{ name: 'current', type: 'boolean', usage: 'Change the current context' }],
  *run(session): Task {
    const { flags, args } = session;
    const isCurrent = flags.boolean('current');
    if (args.length > 1) throw unexpectedArguments(args);
    if (!args[0] && !isCurrent) throw failure('you must specify a non-empty context name or --current');
    if (args[0] && isCurrent) throw failure('you cannot specify both a context name and --current');
    const files = session.configFiles;
    const merged = yield* files.load();
    const { config } = merged;
    const name = isCurrent ? config.currentContext : (args[0] as string);
    if (!name) throw failure('no current context is set');
    const present = config.contexts[name];
    const given = ['cluster', 'user', 'namespace'].filter((field) => flags.isSet(field));
    const entry = { ...present, ...Object.fromEntries(given.map((field) => [field, flags.string(field)])) };
    yield* files.modify(merged, { ...config, contexts: { ...config.contexts, [name]: entry } });
    yield* session.print(`Context ${JSON.stringify(name)} ${present ? 'modified' : 'created'}.\n`);
  },
};

const setCluster: Command = {
  name: 'set-cluster',
  short: 'Set a cluster entry in kubeconfig',
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  flags: [
    { name: 'embed-certs', type: 'boolean', usage: 'Write the content of the certificate, not its path' },
    { name: 'proxy-url', type: 'string', usage: 'Proxy on the way to the cluster' },
  ],
  *run(session): Task {
    const [name = ''] = session.args;
    if (session.args.length !== 1) throw unexpectedArguments(session.args);
    yield* checkCluster(session, name);
    const files = session.configFiles;
    const merged = yield* files.load();
    const { config } = merged;
    const entry = yield* changedCluster(session, config.clusters[name] ?? {});
    yield* files.modify(merged, { ...config, clusters: { ...config.clusters, [name]: entry } });
    yield* session.print(`Cluster ${JSON.stringify(name)} set.\n`);
  },
};

function* checkCluster(session: Session, name: string): Task {
  const { flags } = session;
  const authority = flags.string('certificate-authority');
  if (name === '') throw failure('you must specify a non-empty cluster name');
  if (flags.boolean('insecure-skip-tls-verify') && authority !== '') {
    throw failure('you cannot specify a certificate authority and insecure mode at the same time');
  }
  if (!flags.boolean('embed-certs')) return;
  if (authority === '') throw failure('you must specify a --certificate-authority to embed');
  if (yield* exists(join(session.invocation.directory, authority))) return;
  throw failure(`could not stat certificate-authority file ${authority}: stat ${authority}: no such file or directory`);
}

/** A cluster as the flags change it: a server drops the name for TLS, an insecure one its authority, and the other way round. */
function* changedCluster(session: Session, present: ClusterEntry): Task<ClusterEntry> {
  const { flags } = session;
  const entry: Record<string, unknown> = { ...present };
  if (flags.isSet('server')) Object.assign(entry, { server: flags.string('server'), 'tls-server-name': '' });
  if (flags.isSet('tls-server-name')) entry['tls-server-name'] = flags.string('tls-server-name');
  if (flags.isSet('insecure-skip-tls-verify')) {
    const isInsecure = flags.boolean('insecure-skip-tls-verify');
    entry['insecure-skip-tls-verify'] = isInsecure;
    if (isInsecure) Object.assign(entry, { 'certificate-authority': '', 'certificate-authority-data': '' });
  }
  if (flags.isSet('certificate-authority')) {
    const path = flags.string('certificate-authority');
    const isEmbedded = flags.boolean('embed-certs');
    entry['certificate-authority'] = isEmbedded ? '' : join(session.invocation.directory, path);
    entry['certificate-authority-data'] = isEmbedded ? yield* fileData(session, path) : '';
    entry['insecure-skip-tls-verify'] = false;
  }
  if (flags.isSet('proxy-url')) entry['proxy-url'] = flags.string('proxy-url');
  return entry;
}

const renameContext: Command = {
  name: 'rename-context',
  short: 'Rename a context from the kubeconfig file',
  usage: 'CONTEXT_NAME NEW_NAME',
  *run(session): Task {
    const [from = '', to = ''] = session.args;
    if (session.args.length !== 2) throw unexpectedArguments(session.args);
    if (to === '') throw failure('You must specify a new non-empty context name');
    const files = session.configFiles;
    const merged = yield* files.load();
    const { config } = merged;
    const file = yield* fileName(session);
    const refused = `cannot rename the context ${JSON.stringify(from)}`;
    const entry = config.contexts[from];
    if (!entry) throw failure(`${refused}, it's not in ${file}`);
    if (config.contexts[to]) throw failure(`${refused}, the context ${JSON.stringify(to)} already exists in ${file}`);
    const { [from]: _, ...others } = config.contexts;
    const currentContext = config.currentContext === from ? to : config.currentContext;
    yield* files.modify(merged, { ...config, contexts: { ...others, [to]: entry }, currentContext });
    yield* session.print(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
};

function deleteCommand(name: string, short: string, section: Section, noun: string): Command {
  return {
    name,
    short,
    usage: 'NAME',
    *run(session): Task {
      const files = session.configFiles;
      const merged = yield* files.load();
      const { config } = merged;
      if (session.args.length !== 1) {
        if (section === 'users') throw usageFailure(session.path, 'user to delete is required');
        throw new HelpFailure('', 0);
      }
      const wanted = session.args[0] as string;
      const file = yield* fileName(session);
      const { [wanted]: entry, ...others } = config[section] as Record<string, object>;
      if (!entry) throw failure(`cannot delete ${noun} ${wanted}, not in ${file}`);
      if (section === 'contexts' && config.currentContext === wanted) {
        yield* session.complain(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one',
        );
      }
      yield* files.modify(merged, { ...config, [section]: others });
      yield* session.print(`deleted ${noun} ${wanted} from ${file}\n`);
    },
  };
}
