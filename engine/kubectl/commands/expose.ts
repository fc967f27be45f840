import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import type { Mapping } from '../discovery.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure } from '../failure.ts';
import { OVERRIDE_FLAGS, overridden } from '../generate/overrides.ts';
import { parseLabels } from '../generate/pod.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  OUTPUT_FLAGS,
  RECORD_FLAG,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { visit } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { createResource, report } from '../writing.ts';

export const expose: Command = {
  name: 'expose',
  short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  examples: ['kubectl expose deployment web --port=80 --target-port=8080'],
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-expose'),
    { ...SELECTOR_FLAG, shorthand: undefined, usage: "The service's selector" },
    { name: 'cluster-ip', type: 'string', usage: 'An address, or None' },
    { name: 'external-ip', type: 'string', usage: 'An address outside' },
    { name: 'labels', shorthand: 'l', type: 'string', usage: 'Labels of the service' },
    { name: 'load-balancer-ip', type: 'string', usage: 'Address of the load balancer' },
    { name: 'name', type: 'string', usage: 'Name of the service' },
    ...OVERRIDE_FLAGS,
    { name: 'port', type: 'string', usage: 'Port of the service' },
    { name: 'protocol', type: 'string', usage: 'TCP, UDP or SCTP' },
    { name: 'session-affinity', type: 'string', usage: 'None or ClientIP' },
    { name: 'target-port', type: 'string', usage: 'Port of the pods, number or name' },
    { name: 'type', type: 'string', usage: 'ClusterIP, NodePort, LoadBalancer or ExternalName' },
  ],
  run: runExpose,
};

function* runExpose(session: Session): Task {
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  const mapping = (yield* session.mapper()).resource('services');
  if (session.args.length === 1 && !session.args[0]?.includes('/')) {
    throw failure('resource(s) were provided, but no name was specified');
  }
  yield* visit(session, session.args, { ignoresSelector: true }, function* (resource) {
    const object = overridden(session, SERVICE, serviceFor(session, resource));
    const name = object.metadata.name;
    const created = yield* createResource(session, { mapping, namespace: resource.namespace, name, object }, dryRun);
    yield* report(session, created, 'exposed', dryRun, printer, dryRun === 'client');
  });
}

const SERVICE = { group: '', version: 'v1', kind: 'Service' } as Mapping;

const EXPOSABLE = ['Service', 'ReplicationController', 'ReplicaSet', 'Deployment', 'Pod'];

function serviceFor(session: Session, resource: Resource): KubeObject {
  const { flags } = session;
  const { kind, group } = resource.mapping;
  if (!EXPOSABLE.includes(kind)) {
    throw failure(`cannot expose a ${kind}${group ? `.${group}` : ''}`);
  }
  const selector = flags.string('selector') ? parseLabels(flags.string('selector')) : selectorOf(resource);
  const ports = portsOf(session, resource);
  const labels = flags.string('labels') ? parseLabels(flags.string('labels')) : (resource.object.metadata.labels ?? {});
  const spec = {
    ports,
    selector,
    ...(flags.string('cluster-ip') ? { clusterIP: flags.string('cluster-ip') } : {}),
    ...(flags.string('type') ? { type: flags.string('type') } : {}),
    ...(flags.string('external-ip') ? { externalIPs: [flags.string('external-ip')] } : {}),
    ...(flags.string('session-affinity') ? { sessionAffinity: flags.string('session-affinity') } : {}),
    ...(flags.string('load-balancer-ip') ? { loadBalancerIP: flags.string('load-balancer-ip') } : {}),
  };
  const metadata = {
    name: flags.string('name') || resource.name,
    ...(session.isNamespaceForced ? { namespace: resource.namespace } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
  return { kind: 'Service', apiVersion: 'v1', metadata, spec, status: { loadBalancer: {} } } as unknown as KubeObject;
}

function selectorOf(resource: Resource): Record<string, string> {
  const { object, mapping } = resource;
  const unusable = "couldn't retrieve selectors via --selector flag or introspection: ";
  if (mapping.kind === 'Pod') {
    if (!object.metadata.labels) throw failure(`${unusable}the pod has no labels and cannot be exposed`);
    return object.metadata.labels;
  }
  if (mapping.kind === 'Service' || mapping.kind === 'ReplicationController') {
    if (!object.spec.selector) throw failure(`${unusable}the ${mapping.kind.toLowerCase()} has no pod selector set`);
    return object.spec.selector;
  }
  if (at(object, 'spec', 'selector', 'matchExpressions'))
    throw failure(
      `${unusable}couldn't convert expressions - "${JSON.stringify(object.spec.selector)}" to map-based selector format`,
    );
  return object.spec.selector.matchLabels;
}

interface Port {
  readonly port: number;
  readonly protocol: string;
}

function portsOf(session: Session, resource: Resource): object[] {
  const { flags } = session;
  const known = declaredPorts(resource);
  const given = flags.string('port');
  const target = flags.string('target-port');
  if (!given && known.length === 0) throw failure("couldn't find port via --port flag or introspection");
  const wanted: Port[] = given
    ? given.split(',').map((text) => ({
        port: Number(text),
        protocol: known.find((port) => port.port === Number(text))?.protocol ?? 'TCP',
      }))
    : known;
  return wanted.map(({ port, protocol }, index) => ({
    ...(wanted.length > 1 ? { name: `port-${index + 1}` } : {}),
    protocol: flags.string('protocol') || protocol,
    port,
    targetPort: target === '' ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
}

function declaredPorts({ object, mapping }: Resource): Port[] {
  if (mapping.kind === 'Service') return object.spec.ports ?? [];
  const spec = mapping.kind === 'Pod' ? object.spec : object.spec.template.spec;
  return (spec.containers as { ports?: { containerPort: number; protocol?: string }[] }[]).flatMap((container) =>
    (container.ports ?? []).map((port) => ({ port: port.containerPort, protocol: port.protocol ?? 'TCP' })),
  );
}
