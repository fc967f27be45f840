import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

const TCP_FLAG: Flag = { name: 'tcp', type: 'slice', usage: 'Port pairs: port:targetPort' };

/** `80:8080` is port 80 to 8080; `80` is 80 to 80; a name may be the target. */
function parsePortPair(text: string): {
  name: string;
  protocol: string;
  port: number;
  targetPort: number | string;
} {
  const [port = '', target = port] = text.split(':');
  return { name: text.replace(':', '-'), protocol: 'TCP', port: portNumber(port), targetPort: targetPort(target) };
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw failure(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return checkedPort(Number(text));
}

function targetPort(text: string): number | string {
  if (/^\d+$/.test(text)) return checkedPort(Number(text));
  return text;
}

function checkedPort(port: number): number {
  if (port < 1 || port > 65535) throw failure('must be between 1 and 65535, inclusive');
  return port;
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\.?$/;

interface ServiceKind {
  readonly name: string;
  readonly type: string;
  readonly short: string;
  readonly flags: readonly Flag[];
}

function serviceCommand(kind: ServiceKind): Command {
  return {
    name: kind.name,
    short: kind.short,
    usage: kind.name === 'externalname' ? 'NAME --external-name external.name' : 'NAME [--tcp=<port>:<targetPort>]',
    flags: [...CREATE_FLAGS, TCP_FLAG, ...kind.flags],
    *run(session: Session): Task {
      const { flags } = session;
      const name = nameArgument(session);
      const ports = flags.strings('tcp').map(parsePortPair);
      const clusterIP = flags.has('clusterip') ? flags.string('clusterip') : '';
      if (ports.length === 0 && kind.type !== 'ExternalName' && clusterIP !== 'None') {
        throw failure('at least one tcp port specifier must be provided');
      }
      const external = kind.type === 'ExternalName' ? flags.string('external-name') : '';
      if (external && !SUBDOMAIN.test(external)) throw failure(`invalid service external name ${external}`);
      const nodePort = flags.has('node-port') ? flags.int('node-port') : 0;
      const spec = {
        ...(ports.length > 0 ? { ports: ports.map((port) => ({ ...port, ...(nodePort ? { nodePort } : {}) })) } : {}),
        selector: { app: name },
        ...(clusterIP ? { clusterIP } : {}),
        type: kind.type,
        ...(kind.type === 'ExternalName' ? { externalName: external } : {}),
      };
      const head = yield* metadata(session, name, { labels: { app: name } });
      yield* createGenerated(
        session,
        { kind: 'Service', apiVersion: 'v1', metadata: head, spec, status: { loadBalancer: {} } },
        `${kind.type} service`,
      );
    },
  };
}

export const createService: Command = {
  name: 'service',
  aliases: ['svc'],
  short: 'Create a service using a specified subcommand',
  bare: { fd: 2, code: 1 },
  subcommands: [
    serviceCommand({
      name: 'clusterip',
      type: 'ClusterIP',
      short: 'Create a ClusterIP service',
      flags: [{ name: 'clusterip', type: 'string', usage: 'An address, or None for a headless service' }],
    }),
    serviceCommand({
      name: 'externalname',
      type: 'ExternalName',
      short: 'Create an ExternalName service',
      flags: [{ name: 'external-name', type: 'string', required: true, usage: 'The name outside' }],
    }),
    serviceCommand({ name: 'loadbalancer', type: 'LoadBalancer', short: 'Create a LoadBalancer service', flags: [] }),
    serviceCommand({
      name: 'nodeport',
      type: 'NodePort',
      short: 'Create a NodePort service',
      flags: [{ name: 'node-port', type: 'int', default: '0', usage: 'The port on every node' }],
    }),
  ],
};
