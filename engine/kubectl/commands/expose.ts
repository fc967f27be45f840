import type { KubeObject } from '../../object.ts';
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
import { createResource, report, savedConfig } from '../writing.ts';

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
    { name: 'save-config', type: 'boolean', usage: 'Remember the configuration for kubectl apply' },
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
  yield* visit(session, session.args, { ignoresSelector: true, isTyped: true }, function* (resource) {
    const service = overridden(session, SERVICE, serviceFor(session, resource));
    const object = savedConfig(session, service, dryRun);
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
  const affinity = flags.string('session-affinity');
  if (!['', 'None', 'ClientIP'].includes(affinity)) throw failure(`unknown session affinity: ${affinity}`);
  const type = flags.string('type');
  const balancer = type === 'LoadBalancer' ? flags.string('load-balancer-ip') : '';
  const spec = {
    ...(ports.length > 0 ? { ports } : {}),
    selector,
    ...(flags.string('cluster-ip') ? { clusterIP: flags.string('cluster-ip') } : {}),
    ...(type ? { type } : {}),
    ...(flags.string('external-ip') ? { externalIPs: [flags.string('external-ip')] } : {}),
    ...(affinity ? { sessionAffinity: affinity } : {}),
    ...(balancer ? { loadBalancerIP: balancer } : {}),
  };
  const metadata = {
    name: flags.string('name') || resource.name.slice(0, LONGEST_NAME),
    ...(session.isNamespaceForced ? { namespace: resource.namespace } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
  return { kind: 'Service', apiVersion: 'v1', metadata, spec, status: { loadBalancer: {} } } as unknown as KubeObject;
}

/** A name that is taken over from a longer one is cut off. */
const LONGEST_NAME = 63;

interface LabelSelector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Source: `pkg/polymorphichelpers/mapbasedselectorforobject.go`. */
function selectorOf({ object, mapping }: Resource): Record<string, string> {
  const unusable = (why: string) => failure(`couldn't retrieve selectors via --selector flag or introspection: ${why}`);
  if (mapping.kind === 'Pod') {
    if (!object.metadata.labels) throw unusable('the pod has no labels and cannot be exposed');
    return object.metadata.labels;
  }
  if (mapping.kind === 'Service' || mapping.kind === 'ReplicationController') {
    if (!object.spec.selector) throw unusable(`the ${mapping.kind.toLowerCase()} has no pod selector set`);
    return object.spec.selector;
  }
  const { matchLabels, matchExpressions = [] } = (object.spec.selector ?? {}) as LabelSelector;
  if (!matchLabels || Object.keys(matchLabels).length === 0)
    throw unusable(`invalid ${mapping.kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
  if (matchExpressions.length > 0) {
    const told = matchExpressions.map(
      ({ key, operator, values = [] }) => `{Key:${key} Operator:${operator} Values:[${values.join(' ')}]}`,
    );
    throw unusable(`couldn't convert expressions - "[${told.join(' ')}]" to map-based selector format`);
  }
  return matchLabels;
}

interface Port {
  readonly port: number;
  readonly protocol?: string;
}

/** One port for each number, and one for each protocol where a number has several. */
function portsOf(session: Session, resource: Resource): object[] {
  const { flags } = session;
  const known = declaredPorts(resource);
  const given = flags.string('port');
  if (!given && known.length === 0) {
    if (flags.string('cluster-ip') === 'None') return [];
    throw failure("couldn't find port via --port flag or introspection");
  }
  const numbers = given ? given.split(',').map(Number) : [...new Set(known.map(({ port }) => port))];
  const protocol = flags.string('protocol');
  const target = flags.string('target-port');
  return numbers.flatMap((port, index) => {
    const protocols = known.filter((each) => each.port === port).map((each) => each.protocol ?? 'TCP');
    const isMixed = !protocol && protocols.length > 1;
    return (isMixed ? protocols : [protocol || (protocols[0] ?? 'TCP')]).map((each) => ({
      ...(isMixed || numbers.length > 1 ? { name: `port-${index + 1}${isMixed ? `-${each.toLowerCase()}` : ''}` } : {}),
      protocol: each,
      port,
      targetPort: target === '' ? port : /^\d+$/.test(target) ? Number(target) : target,
    }));
  });
}

function declaredPorts({ object, mapping }: Resource): Port[] {
  if (mapping.kind === 'Service') return object.spec.ports ?? [];
  const spec = mapping.kind === 'Pod' ? object.spec : object.spec.template.spec;
  return (spec.containers as { ports?: { containerPort: number; protocol?: string }[] }[]).flatMap((container) =>
    (container.ports ?? []).map(({ containerPort, protocol }) => ({
      port: containerPort,
      ...(protocol ? { protocol } : {}),
    })),
  );
}
