import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import { systemAccountUser } from '../../client/identities.ts';
import { answerRecords, type RecordType } from '../../cni/dns/records.ts';
import type { DnsAnswer, DnsSource } from '../../cni/dns/zone.ts';
import type { KubeObject } from '../../object.ts';
import type { Route } from '../../process/host.ts';
import { isListening, machineOf } from '../../process/machine.ts';
import { candidates, type Resolver } from '../../process/naming.ts';
import type { LookupAnswer } from '../../process/program.ts';
import { say } from '../../sentence.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';

const DNS_PORT = 53;

interface Question {
  readonly name: string;
  /** Addresses when absent. */
  readonly type?: RecordType | undefined;
}

/** Finds the way to an address, as the host does for connections. */
type Way = (turn: Turn, machine: string, address: string, port: number) => Route | { readonly error: string };

/** Asks the DNS servers of a machine for each candidate of a name, until one is found. */
export function lookUp(
  turn: Turn,
  way: Way,
  machine: string,
  question: Question,
  server?: string,
): LookupAnswer | undefined {
  const resolver = machineOf(turn.memory, machine)?.naming.resolver;
  if (!resolver) return undefined;
  const servers = server === undefined ? resolver.nameservers : [server];
  for (const address of servers) {
    const found = askServer(turn, way, machine, address, resolver, question);
    if (found) return found;
  }
  return undefined;
}

function askServer(
  turn: Turn,
  way: Way,
  machine: string,
  server: string,
  resolver: Resolver,
  { name, type }: Question,
): LookupAnswer | undefined {
  const route = way(turn, machine, server, DNS_PORT);
  if ('error' in route) return undefined;
  const answers: DnsAnswer[] = [];
  for (const candidate of candidates(resolver, name)) {
    const answer = turn.call(route.component, {
      call: 'Dns',
      network: route.network,
      name: candidate,
      ...(type === undefined ? {} : { type }),
    }) as DnsAnswer | undefined;
    if (!answer) return undefined;
    answers.push(answer);
    if (answer.addresses.length > 0 || answer.records?.length) break;
  }
  turn.note(
    say`DNS: ${answers.map((answer) => `${answer.name} ${[...answer.addresses, ...(answer.records ?? [])].join(' ') || answer.status}`).join(', ')}`,
  );
  return { server, answers };
}

/** What a DNS server in a network of this node answers; nothing when none listens there. */
export function serveDns(turn: Turn, network: string, name: string, type: RecordType = 'A'): DnsAnswer | undefined {
  if (!isListening(turn.memory, network, DNS_PORT)) return undefined;
  const cell = type === 'A' ? `dns/${name}` : `dns/${type} ${name}`;
  try {
    const answer = answerRecords(SOURCE(turn), name, type);
    turn.memory.set(cell, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    // Without the API server it goes on with what it knew.
    return turn.memory.get<DnsAnswer>(cell);
  }
}

/** CoreDNS reads services and their endpoints with its own account. */
const SOURCE = (turn: Turn): DnsSource => ({
  service: (namespace, name) => read(turn, `/api/v1/namespaces/${namespace}/services/${name}`),
  services: () => (read(turn, '/api/v1/services')?.items as readonly KubeObject[] | undefined) ?? [],
  slices(namespace, service) {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    const list = read(turn, path, { labelSelector: `kubernetes.io/service-name=${service}` });
    return (list?.items as readonly KubeObject[] | undefined) ?? [];
  },
});

function read(turn: Turn, path: string, query?: Record<string, string>): KubeObject | undefined {
  const request: ApiRequest = { method: 'GET', path, user: systemAccountUser('coredns'), ...(query ? { query } : {}) };
  const { code, body } = turn.call('kube-apiserver', request) as ApiResponse;
  return code === 200 ? (body as KubeObject) : undefined;
}
