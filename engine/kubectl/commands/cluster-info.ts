import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { CommandFailure, failure, failureText, ServerFailure } from '../failure.ts';
import { join } from '../files.ts';
import { OUTPUT_FLAGS } from '../global-flags.ts';
import { type ObjectPrinter, outputPrinter } from '../printers/output.ts';
import { listObjects } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

/** Colours text on a terminal. */
function coloured(session: Session, color: 32 | 33, text: string): string {
  return session.invocation.terminal ? `\u001b[0;${color}m${text}\u001b[0m` : text;
}

/** What is written of each namespace, in this order. */
const DUMPED = ['events', 'replicationcontrollers', 'services', 'daemonsets', 'deployments', 'replicasets', 'pods'];

const dump: Command = {
  name: 'dump',
  short: 'Dump relevant information for debugging and diagnosis',
  usage: '[flags]',
  examples: ['kubectl cluster-info dump --output-directory=state'],
  flags: [
    ...OUTPUT_FLAGS.map((flag) => (flag.name === 'output' ? { ...flag, default: 'json' } : flag)),
    { name: 'all-namespaces', shorthand: 'A', type: 'boolean', usage: 'All namespaces' },
    { name: 'namespaces', type: 'slice', usage: 'These namespaces' },
    { name: 'output-directory', type: 'string', usage: 'Folder to write files to' },
    { name: 'pod-running-timeout', type: 'duration', default: '20s', usage: 'How long to wait for a pod' },
  ],
  *run(session: Session): Task {
    const printer = yield* outputPrinter(session);
    if (!printer) return;
    if (session.flags.string('output') === 'name') {
      throw failure('list types are not supported by name printing: *v1.NodeList');
    }
    yield* dumpList(session, printer, 'nodes', '', 'nodes');
    for (const namespace of yield* namespacesOf(session)) {
      for (const resource of DUMPED) {
        const name = resource === 'replicationcontrollers' ? 'replication-controllers' : resource;
        const items = yield* dumpList(session, printer, resource, namespace, `${namespace}/${name}`);
        if (resource === 'pods') for (const pod of items) yield* dumpLogs(session, pod);
      }
    }
    const folder = folderOf(session);
    if (folder) yield* session.print(`Cluster info dumped to ${folder}\n`);
  },
};

function folderOf({ flags }: Session): string {
  const folder = flags.string('output-directory');
  return folder === '-' ? '' : folder;
}

function* namespacesOf(session: Session): Task<readonly string[]> {
  const { flags } = session;
  const named = flags.strings('namespaces');
  if (!flags.boolean('all-namespaces')) {
    return named.length > 0 ? named : ['kube-system', yield* session.namespace()];
  }
  const mapping = (yield* session.mapper()).resource('namespaces');
  return (yield* listObjects(session, mapping, '')).map(({ metadata }) => metadata.name);
}

function* write(session: Session, path: string, text: string): Task {
  const folder = folderOf(session);
  if (!folder) return yield* session.print(text);
  const full = join(session.invocation.directory, `${folder}/${path}`);
  yield { call: 'makeDirectory', path: full.replace(/\/[^/]*$/, ''), parents: true };
  yield { call: 'writeFile', path: full, text };
}

function* dumpList(
  session: Session,
  printer: ObjectPrinter,
  resource: string,
  namespace: string,
  path: string,
): Task<readonly KubeObject[]> {
  const mapping = (yield* session.mapper()).resource(resource);
  const list = (yield* session.get(apiPath(mapping, namespace))) as { items: readonly KubeObject[] };
  const format = session.flags.string('output');
  const extension = format === 'json' || format === 'yaml' ? format : 'txt';
  yield* write(session, `${path}.${extension}`, printer(list, resource, true));
  return list.items;
}

function* dumpLogs(session: Session, pod: KubeObject): Task {
  const { name, namespace = '' } = pod.metadata;
  const containers = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])] as { name: string }[];
  let text = '';
  for (const container of containers) {
    const title = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
    text += `==== START ${title}${yield* logOf(session, namespace, name, container.name)}==== END ${title}`;
  }
  yield* write(session, `${namespace}/${name}/logs.txt`, text);
}

function* logOf(session: Session, namespace: string, pod: string, container: string): Task<string> {
  try {
    const text = yield* session.get(`/api/v1/namespaces/${namespace}/pods/${pod}/log`, { query: { container } });
    return typeof text === 'string' ? text : '';
  } catch (error) {
    if (!(error instanceof ServerFailure || error instanceof CommandFailure)) throw error;
    return `Request log error: ${failureText(error)}\n`;
  }
}

export const clusterInfo: Command = {
  name: 'cluster-info',
  short: 'Display cluster information',
  subcommands: [dump],
  *run(session: Session): Task {
    const { server } = yield* session.connection();
    const { items } = (yield* session.get('/api/v1/namespaces/kube-system/services', {
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
    })) as { items: readonly KubeObject[] };
    const told = (name: string, url: string) =>
      `${coloured(session, 32, name)} is running at ${coloured(session, 33, url)}\n`;
    yield* session.print(told('Kubernetes control plane', server));
    for (const { metadata, spec } of items) {
      const [port] = (spec.ports ?? []) as { name?: string }[];
      const url = `${server}/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}${port?.name ? `:${port.name}` : ''}/proxy`;
      yield* session.print(told(metadata.labels?.['kubernetes.io/name'] ?? metadata.name, url));
    }
    yield* session.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
};
