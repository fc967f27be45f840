import type { KubeObject } from '../../object.ts';
import { ServerFailure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import type { Describer } from './describer.ts';
import { endpointsText } from './service.ts';
import { annotationLines, dateText, labelLines, selectorLine, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

export const describeIngress: Describer = function* (session, { object, namespace }) {
  const { metadata, spec = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  text.line(0, `Namespace:\t${namespace}`);
  const addresses = ((object.status?.loadBalancer?.ingress ?? []) as Any[]).map((one) => one.ip || one.hostname);
  text.line(0, `Address:\t${[...new Set(addresses)].sort().join(',')}`);
  text.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`);
  const standard = spec.defaultBackend ? yield* backendText(session, namespace, spec.defaultBackend) : '<default>';
  text.line(0, `Default backend:\t${standard}`);
  tlsLines(text, spec.tls ?? []);
  text.line(0, 'Rules:');
  text.line(1, 'Host\tPath\tBackends');
  text.line(1, '----\t----\t--------');
  const rules = ((spec.rules ?? []) as Any[]).filter((rule) => rule.http);
  for (const rule of rules) {
    text.line(1, `${rule.host || '*'}\t`);
    for (const path of rule.http.paths as Any[])
      text.line(2, `\t${path.path ?? ''} \t${yield* backendText(session, namespace, path.backend)}`);
  }
  if (rules.length === 0) text.line(1, `*\t*\t${standard}`);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  return String(text);
};

function tlsLines(text: Text, entries: readonly Any[]): void {
  if (entries.length === 0) return;
  text.line(0, 'TLS:');
  for (const { secretName, hosts = [] } of entries) {
    text.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`);
  }
}

function* backendText(session: Session, namespace: string, backend: Any): Task<string> {
  if (backend.resource) {
    const { apiGroup = '<none>', kind, name } = backend.resource;
    return `APIGroup: ${apiGroup}, Kind: ${kind}, Name: ${name}`;
  }
  if (!backend.service) return '';
  const { name, port = {} } = backend.service;
  const title = `${name}:${port.number || port.name || ''}`;
  try {
    const slices = (yield* session.get(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      query: { labelSelector: `kubernetes.io/service-name=${name}` },
    })) as { items: KubeObject[] };
    const service = (yield* session.get(`/api/v1/namespaces/${namespace}/services/${name}`)) as KubeObject;
    const found = ((service.spec.ports ?? []) as Any[]).find(
      (candidate) => (port.number && candidate.port === port.number) || (port.name && candidate.name === port.name),
    );
    return `${title} (${endpointsText(found?.name ?? '', slices.items)})`;
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    return `${title} (<error: ${error.message}>)`;
  }
}

export const describeIngressClass: Describer = (_, { object }) => {
  const text = namedText(object);
  text.line(0, `Controller:\t${object.spec?.controller ?? ''}`);
  const parameters = object.spec?.parameters;
  if (parameters) {
    text.line(0, 'Parameters:');
    if (parameters.apiGroup !== undefined) text.line(1, `APIGroup:\t${parameters.apiGroup}`);
    text.line(1, `Kind:\t${parameters.kind}`);
    text.line(1, `Name:\t${parameters.name}`);
  }
  return String(text);
};

function namedText(object: KubeObject): Text {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  return text;
}

export const describeServiceCidr: Describer = (_, { object }) => {
  const text = namedText(object);
  text.line(0, `CIDRs:\t${((object.spec?.cidrs ?? []) as string[]).join(', ')}`);
  const conditions = (object.status?.conditions ?? []) as Any[];
  if (conditions.length > 0) {
    text.line(0, 'Status:');
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    text.line(1, '----\t------\t------------------\t------\t-------');
    for (const { type, status, lastTransitionTime, reason, message } of conditions)
      text.line(1, [type, status, dateText(lastTransitionTime), reason, message].join('\t'));
  }
  return String(text);
};

export const describeIpAddress: Describer = (_, { object }) => {
  const text = namedText(object);
  const parent = object.spec?.parentRef;
  if (parent) {
    text.line(0, 'Parent Reference:');
    text.line(1, `Group:\t${parent.group ?? ''}`);
    text.line(1, `Resource:\t${parent.resource ?? ''}`);
    text.line(1, `Namespace:\t${parent.namespace ?? ''}`);
    text.line(1, `Name:\t${parent.name ?? ''}`);
  }
  return String(text);
};

export const describeEndpoints: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${object.metadata.namespace}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  text.line(0, 'Subsets:');
  for (const subset of (object.subsets ?? []) as Any[]) {
    const list = (addresses: readonly Any[] | undefined) => (addresses ?? []).map(({ ip }) => ip).join(',') || '<none>';
    text.line(1, `Addresses:\t${list(subset.addresses)}`);
    text.line(1, `NotReadyAddresses:\t${list(subset.notReadyAddresses)}`);
    if (subset.ports?.length) {
      text.line(1, 'Ports:');
      text.line(2, 'Name\tPort\tProtocol');
      text.line(2, '----\t----\t--------');
      for (const port of subset.ports) text.line(2, `${port.name || '<unset>'}\t${port.port}\t${port.protocol ?? ''}`);
    }
    text.line(0, '');
  }
  return String(text);
};

/** What the two directions of a policy are called. */
const DIRECTIONS = [
  { type: 'Ingress', rules: 'ingress', peers: 'from', title: 'From', side: 'source' },
  { type: 'Egress', rules: 'egress', peers: 'to', title: 'To', side: 'destination' },
] as const;

export const describeNetworkPolicy: Describer = (_, { object }) => {
  const { metadata, spec = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${metadata.namespace}`);
  text.line(0, `Created on:\t${metadata.creationTimestamp.replace('T', ' ').replace('Z', ' +0000 UTC')}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, 'Spec:');
  const selector = selectorLine(spec.podSelector);
  const shown =
    selector === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : selector;
  text.line(1, `PodSelector:     ${shown}`);
  const types = (spec.policyTypes ?? []) as string[];
  for (const direction of DIRECTIONS) {
    const name = direction.type.toLowerCase();
    if (!types.includes(direction.type)) text.line(1, `Not affecting ${name} traffic`);
    else {
      text.line(1, `Allowing ${name} traffic:`);
      directionLines(text, spec[direction.rules] ?? [], direction);
    }
  }
  text.line(1, `Policy Types: ${types.join(', ')}`);
  return String(text);
};

function directionLines(text: Text, rules: readonly Any[], direction: (typeof DIRECTIONS)[number]): void {
  if (rules.length === 0) {
    text.line(2, `<none> (Selected pods are isolated for ${direction.type.toLowerCase()} connectivity)`);
  }
  for (const [index, rule] of rules.entries()) {
    for (const port of (rule.ports ?? []) as Any[]) text.line(2, portText(port));
    if (!rule.ports?.length) text.line(2, 'To Port: <any> (traffic allowed to all ports)');
    const peers = (rule[direction.peers] ?? []) as Any[];
    if (peers.length === 0) text.line(2, `${direction.title}: <any> (traffic not restricted by ${direction.side})`);
    for (const peer of peers) peerLines(text, peer, direction.title);
    if (index < rules.length - 1) text.line(2, '----------');
  }
}

function portText({ port, endPort, protocol = 'TCP' }: Any): string {
  if (endPort !== undefined) return `To Port Range: ${port}-${endPort}/${protocol}`;
  return `To Port: ${port ?? '<nil>'}/${protocol}`;
}

function peerLines(text: Text, { podSelector, namespaceSelector, ipBlock }: Any, title: string): void {
  text.line(2, `${title}:`);
  if (namespaceSelector) text.line(3, `NamespaceSelector: ${selectorLine(namespaceSelector)}`);
  if (podSelector) text.line(3, `PodSelector: ${selectorLine(podSelector)}`);
  if (podSelector || namespaceSelector || !ipBlock) return;
  text.line(3, 'IPBlock:');
  text.line(4, `CIDR: ${ipBlock.cidr}`);
  text.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}
