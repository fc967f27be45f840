import { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import type { Component } from '../../sim/component.ts';
import { timestamp } from '../../sim/time.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import { ApiError } from '../request.ts';
import { API_SERVICES } from './api-services.ts';

/** How often services that serve an API are looked at (`available_controller.go` asks again after 30 s, sooner on events). */
const PERIOD = 5000;

/** API services are the server's own business: it acts as itself. */
const SERVER = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** The only program that speaks an API of its own here. */
const METRICS_SERVER = '/metrics-server:';

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port?: number;
}

/**
 * Keeps the condition Available of APIServices that other servers answer (`k8s.io/kube-aggregator`, the remote
 * available controller). It runs within kube-apiserver; here it is a process of its own name.
 */
export const aggregator: Component = {
  name: 'kube-aggregator',
  watches: () => [{ resource: API_SERVICES }],
  observe(turn) {
    if (remoteServices(turn).length > 0) schedule(turn, 0);
  },
  handle(turn) {
    turn.memory.delete('scheduled');
    const services = remoteServices(turn);
    const client = new Client(turn, SERVER);
    for (const service of services) update(turn, client, service);
    if (services.length > 0) schedule(turn, PERIOD);
  },
};

function remoteServices(turn: Turn): readonly KubeObject[] {
  return turn
    .cache(API_SERVICES)
    .list()
    .filter(({ spec }) => spec?.service);
}

function schedule(turn: Turn, delay: number): void {
  if (turn.memory.get('scheduled') === true) return;
  turn.memory.set('scheduled', true);
  turn.after(delay, { kind: 'check' }, { background: delay > 0 });
}

function update(turn: Turn, client: Client, service: KubeObject): void {
  try {
    const verdict = verdictOf(client, service);
    const known: readonly (Verdict & { readonly type: string })[] = service.status?.conditions ?? [];
    const before = known.find(({ type }) => type === 'Available');
    if (before?.reason === verdict.reason && before.message === verdict.message) return;
    const conditions = [{ type: 'Available', ...verdict, lastTransitionTime: timestamp(turn.now) }];
    client.updateStatus(API_SERVICES, { ...service, status: { conditions } });
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`checking ${service.metadata.name}: ${error.message}`);
  }
}

function verdictOf(client: Client, { spec }: KubeObject): Verdict {
  const { namespace, name, port = 443 } = spec.service as ServiceReference;
  const service = found(() => client.get('services', namespace, name));
  const where = `service/${name} in "${namespace}"`;
  if (service === undefined) return unavailable('ServiceNotFound', `${where} is not present`);
  const ports: readonly { readonly port: number; readonly name?: string }[] = service.spec?.ports ?? [];
  const served = ports.find((each) => each.port === port);
  if (served === undefined) return unavailable('ServicePortError', `${where} is not listening on port ${port}`);
  const endpoints = found(() => client.get('endpoints', namespace, name));
  if (endpoints === undefined) return unavailable('EndpointsNotFound', `cannot find endpoints for ${where}`);
  const subsets: readonly { readonly addresses?: readonly { readonly targetRef?: { readonly name: string } }[] }[] =
    endpoints.subsets ?? [];
  const addresses = subsets.flatMap((subset) => subset.addresses ?? []);
  if (addresses.length === 0)
    return unavailable(
      'MissingEndpoints',
      `endpoints for ${where} have no addresses with port name "${served.name ?? ''}"`,
    );
  const isServed = addresses.some(({ targetRef }) => targetRef && isMetricsServer(client, namespace, targetRef.name));
  if (isServed) return { status: 'True', reason: 'Passed', message: 'all checks passed' };
  const url = `https://${service.spec?.clusterIP}:${port}/apis/${spec.group}/${spec.version}`;
  return unavailable(
    'FailedDiscoveryCheck',
    `failing or missing response from ${url}: only metrics-server is simulated`,
  );
}

function isMetricsServer(client: Client, namespace: string, pod: string): boolean {
  const containers: readonly { readonly image: string }[] =
    found(() => client.get('pods', namespace, pod))?.spec?.containers ?? [];
  return containers.some(({ image }) => image.includes(METRICS_SERVER));
}

function unavailable(reason: string, message: string): Verdict {
  return { status: 'False', reason, message };
}

function found(read: () => KubeObject): KubeObject | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}
