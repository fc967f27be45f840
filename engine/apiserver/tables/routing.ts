import { since } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { AGE, age, column, formatSelector, NAME, NONE, type Printer } from './printer.ts';

interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** Longest list of load balancer addresses that a narrow table shows. */
const ADDRESS_WIDTH = 16;

export const ingresses: Printer = {
  columns: [
    NAME,
    column('Class', 'Which controller serves it.'),
    column('Hosts', 'Host names of the rules.'),
    column('Address', 'Addresses of the load balancer.'),
    column('Ports', 'Ports that it listens on.'),
    AGE,
  ],
  cells: (ingress, now) => [
    ingress.metadata.name,
    ingress.spec?.ingressClassName ?? NONE,
    ingressHosts(ingress),
    ingressAddress(ingress),
    (ingress.spec?.tls?.length ?? 0) > 0 ? '80, 443' : '80',
    age(ingress, now),
  ],
};

/** The first three hosts; `*` for rules that name none. */
function ingressHosts(ingress: KubeObject): string {
  const rules: readonly { host?: string }[] = ingress.spec?.rules ?? [];
  const hosts = rules.map(({ host }) => host || '*').slice(0, 3);
  if (hosts.length === 0) return '*';
  return rules.length > 3 ? `${hosts.join(',')} + ${rules.length - 3} more...` : hosts.join(',');
}

function ingressAddress(ingress: KubeObject): string {
  const points: readonly LoadBalancerIngress[] = ingress.status?.loadBalancer?.ingress ?? [];
  const text = points
    .map(({ ip, hostname }) => ip || hostname || '')
    .filter((address) => address !== '')
    .join(',');
  return points.length > 1 && text.length > ADDRESS_WIDTH ? `${text.slice(0, ADDRESS_WIDTH - 3)}...` : text;
}

export const ingressClasses: Printer = {
  columns: [
    NAME,
    column('Controller', 'The controller of the class.'),
    column('Parameters', 'Object with further settings.'),
    AGE,
  ],
  cells(ingressClass, now) {
    const parameters = ingressClass.spec?.parameters;
    const group = parameters?.apiGroup ? `.${parameters.apiGroup}` : '';
    const reference = parameters === undefined ? NONE : `${parameters.kind}${group}/${parameters.name}`;
    return [ingressClass.metadata.name, ingressClass.spec?.controller ?? '', reference, age(ingressClass, now)];
  },
};

export const networkPolicies: Printer = {
  columns: [NAME, column('Pod-Selector', 'The pods that the policy is about.'), AGE],
  cells: (policy, now) => [policy.metadata.name, formatSelector(policy.spec?.podSelector) || NONE, age(policy, now)],
};

export const serviceCidrs: Printer = {
  columns: [NAME, column('CIDRs', 'Networks that cluster IPs come from.'), AGE],
  cells: (range, now) => [range.metadata.name, (range.spec?.cidrs ?? []).join(','), age(range, now)],
};

export const ipAddresses: Printer = {
  columns: [NAME, column('ParentRef', 'What the address belongs to.')],
  cells(address, now) {
    const { group = '', resource = '', namespace = '', name = '' } = address.spec?.parentRef ?? {};
    const parent = [group, resource, namespace, name].filter((part) => part !== '').join('/');
    return [address.metadata.name, parent, since(address.metadata.creationTimestamp, now)];
  },
};
