import { indentedJson } from '../codec/json.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { failure, joinFailures, unexpectedArguments, usageFailure } from '../failure.ts';
import { OUTPUT_FLAGS } from '../global-flags.ts';
import { type Kubeconfig, kubeconfigObject } from '../kubeconfig.ts';
import { outputPrinter } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { setCredentials } from './config-credentials.ts';
import { embedded } from './config-embed.ts';
import { configProperties } from './config-property.ts';
import { configSetters } from './config-set.ts';

function* readConfig(session: Session): Task<Kubeconfig> {
  return (yield* session.configFiles.load()).config;
}

const currentContext: Command = {
  name: 'current-context',
  short: 'Display the current-context',
  *run(session): Task {
    const { currentContext: name } = yield* readConfig(session);
    if (!name) throw failure('current-context is not set');
    yield* session.print(`${name}\n`);
  },
};

const getContexts: Command = {
  name: 'get-contexts',
  short: 'Describe one or many contexts',
  usage: '[(-o|--output=)name)]',
  flags: [
    { name: 'output', shorthand: 'o', type: 'string', usage: 'name' },
    { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
  ],
  *run(session): Task {
    const output = session.flags.string('output');
    if (output !== '' && output !== 'name') {
      throw failure(
        `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    }
    const config = yield* readConfig(session);
    const wanted = session.args.length > 0 ? session.args : Object.keys(config.contexts);
    const found = wanted.filter((name) => config.contexts[name]).sort();
    const missing = wanted.filter((name) => !config.contexts[name]);
    if (output === 'name') yield* session.print(found.map((name) => `${name}\n`).join(''));
    else {
      const lines = found.map((name) => {
        const { cluster = '', user = '', namespace = '' } = config.contexts[name] ?? {};
        return [name === config.currentContext ? '*' : ' ', name, cluster, user, namespace].join('\t');
      });
      const header = session.flags.boolean('no-headers') ? [] : ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE'];
      yield* session.print(new TabWriter(TABLE_TABS).align([...header, ...lines].map((line) => `${line}\n`).join('')));
    }
    if (missing.length > 0) throw joinFailures(missing.map((name) => failure(`context ${name} not found`)));
  },
};

function namesCommand(name: string, short: string, field: 'clusters' | 'users'): Command {
  return {
    name,
    short,
    *run(session): Task {
      const names = Object.keys((yield* readConfig(session))[field]).sort();
      yield* session.print(['NAME', ...names].map((line) => `${line}\n`).join(''));
    },
  };
}

const useContext: Command = {
  name: 'use-context',
  aliases: ['use'],
  short: 'Set the current-context in a kubeconfig file',
  usage: 'CONTEXT_NAME',
  examples: ['# Use the context for the minikube cluster', 'kubectl config use-context minikube'],
  *run(session): Task {
    const [name = ''] = session.args;
    if (session.args.length !== 1) throw unexpectedArguments(session.args);
    const files = session.configFiles;
    const merged = yield* files.load();
    if (name === '') throw failure('empty context names are not allowed');
    if (!merged.config.contexts[name]) throw failure(`no context exists with the name: ${JSON.stringify(name)}`);
    yield* files.modify(merged, { ...merged.config, currentContext: name });
    yield* session.print(`Switched to context ${JSON.stringify(name)}.\n`);
  },
};

const SECRETS: Readonly<Record<string, string>> = {
  'certificate-authority-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'client-key-data': 'DATA+OMITTED',
  token: 'REDACTED',
  password: 'REDACTED',
};

const view: Command = {
  name: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    ...OUTPUT_FLAGS,
    { name: 'flatten', type: 'boolean', usage: 'Put the content of files in their place' },
    { name: 'merge', type: 'boolean', default: 'true', usage: 'Merge several files' },
    { name: 'minify', type: 'boolean', usage: 'Only what the current context uses' },
    { name: 'raw', type: 'boolean', usage: 'With secrets' },
  ],
  *run(session): Task {
    const { flags, configFiles: files } = session;
    if (session.args.length > 0) {
      throw usageFailure(session.path, `unexpected arguments: [${session.args.join(' ')}]`);
    }
    const printer = yield* outputPrinter(session);
    const isMerged = flags.isSet('merge') ? flags.boolean('merge') : !files.isExplicit;
    if (!isMerged && !files.isExplicit) throw failure('if merge==false a precise file must be specified');
    let config = isMerged ? yield* readConfig(session) : yield* files.loadExplicit();
    if (flags.boolean('minify')) config = minified(config, flags.string('context') || config.currentContext);
    if (flags.boolean('flatten')) config = yield* embedded(session, config);
    else if (!flags.boolean('raw')) config = redacted(config);
    const object = kubeconfigObject(config);
    if (printer)
      yield* session.print(flags.string('output') === 'json' ? indentedJson(object) : printer(object, 'config', true));
    else yield* session.print(toYaml(object));
  },
};

function minified(config: Kubeconfig, name: string): Kubeconfig {
  const context = config.contexts[name];
  if (!name) throw failure('current-context must exist in order to minify');
  if (!context) throw failure(`cannot locate context ${name}`);
  const only = <T>(map: Readonly<Record<string, T>>, wanted = ''): Record<string, T> =>
    map[wanted] !== undefined ? { [wanted]: map[wanted] as T } : {};
  return {
    clusters: only(config.clusters, context.cluster),
    contexts: { [name]: context },
    users: only(config.users, context.user),
    currentContext: name,
  };
}

function redacted(config: Kubeconfig): Kubeconfig {
  const hide = <T extends object>(map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(map).map(([name, entry]) => [
        name,
        Object.fromEntries(
          Object.entries(entry).map(([key, value]) => [key, value ? (SECRETS[key] ?? value) : value]),
        ) as T,
      ]),
    );
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}

/** The page of `kubectl config` as recorded. */
const LOADING_ORDER = [
  'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".',
  ' The loading order follows these rules:',
  [
    '  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.',
    '  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.',
    '  3.  Otherwise, ${HOME}/.kube/config is used and no merging takes place.',
  ].join('\n'),
].join('\n\n');

export const config: Command = {
  name: 'config',
  short: 'Modify kubeconfig files',
  long: LOADING_ORDER,
  usage: 'SUBCOMMAND',
  bare: { fd: 2, code: 1 },
  subcommands: [
    currentContext,
    getContexts,
    namesCommand('get-clusters', 'Display clusters defined in the kubeconfig', 'clusters'),
    namesCommand('get-users', 'Display users defined in the kubeconfig', 'users'),
    ...configSetters(),
    setCredentials,
    ...configProperties,
    useContext,
    view,
  ],
};
