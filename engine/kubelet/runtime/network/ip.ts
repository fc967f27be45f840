import { complain, print, type Script, type Syscall } from '../../../process/program.ts';
import { askKernel } from './ask-kernel.ts';
import { type NetworkState, OWN_LINKS } from './network-state.ts';

/** A network interface of the node or of a pod. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: string;
  readonly mtu: number;
  readonly kind: 'loopback' | 'ether';
  readonly hardware: string;
  readonly more?: string;
  readonly address?: { readonly cidr: string; readonly broadcast?: string; readonly scope: 'host' | 'global' };
}

const octets = (address: string): readonly number[] => address.split('.').map(Number);
const hexadecimal = (byte: number): string => byte.toString(16).padStart(2, '0');

/** An interface's hardware address, made from a network address. */
function hardwareOf(prefix: string, address: string): string {
  return [prefix, ...octets(address).map(hexadecimal)].join(':');
}

/** All nodes and the control plane are in one network. */
const NODE_PREFIX = 16;
const UP = 'BROADCAST,MULTICAST,UP,LOWER_UP';

export function networkOf(address: string, prefix: number, host: 0 | 255): string {
  return octets(address)
    .map((octet, at) => (at * 8 < prefix ? octet : host))
    .join('.');
}

const LOOPBACK: Link = {
  index: 1,
  name: 'lo',
  flags: 'LOOPBACK,UP,LOWER_UP',
  mtu: 65_536,
  kind: 'loopback',
  hardware: '00:00:00:00:00:00',
  address: { cidr: '127.0.0.1/8', scope: 'host' },
};

/** A pod has the loopback and its end of the cable to the bridge. */
function podLinks(address: string, podCIDR: string, peer: number): Link[] {
  const prefix = Number(podCIDR.split('/')[1]);
  const broadcast = networkOf(address, prefix, 255);
  return [
    LOOPBACK,
    {
      index: 2,
      name: `eth0@if${peer}`,
      flags: UP,
      mtu: 1500,
      kind: 'ether',
      hardware: hardwareOf('0a:58', address),
      address: { cidr: `${address}/${prefix}`, broadcast, scope: 'global' },
    },
  ];
}

export function linksOf({ address, podCIDR, bridge, pods, cable }: NetworkState): Link[] {
  if (cable !== undefined && podCIDR !== undefined) return podLinks(address, podCIDR, cable.peer);
  const links: Link[] = [
    LOOPBACK,
    {
      index: 2,
      name: 'eth0',
      flags: UP,
      mtu: 1500,
      kind: 'ether',
      hardware: hardwareOf('02:42', address),
      address: { cidr: `${address}/${NODE_PREFIX}`, broadcast: networkOf(address, NODE_PREFIX, 255), scope: 'global' },
    },
  ];
  if (bridge === undefined) return links;
  links.push({
    index: 3,
    name: 'cni0',
    flags: UP,
    mtu: 1500,
    kind: 'ether',
    hardware: hardwareOf('0a:58', bridge),
    address: {
      cidr: `${bridge}/${podCIDR?.split('/')[1]}`,
      broadcast: networkOf(bridge, Number(podCIDR?.split('/')[1]), 255),
      scope: 'global',
    },
  });
  for (const [at, pod] of pods.entries())
    links.push({
      index: OWN_LINKS + 1 + at,
      name: `veth${pod.id.slice(0, 8)}@if2`,
      flags: UP,
      mtu: 1500,
      kind: 'ether',
      hardware: `${pod.id.slice(0, 10).replace(/^(.)./, '$12').replace(/../g, '$&:')}${pod.id.slice(10, 12)}`,
      more: ' master cni0',
    });
  return links;
}

function linkLines({ index, name, flags, mtu, kind, hardware, more = '' }: Link): string[] {
  const discipline = kind === 'loopback' || name === 'cni0' || name.includes('@') ? 'noqueue' : 'fq_codel';
  const state = kind === 'loopback' ? 'UNKNOWN' : 'UP';
  const broadcast = kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  return [
    `${index}: ${name}: <${flags}> mtu ${mtu} qdisc ${discipline}${more} state ${state} group default qlen 1000`,
    `    link/${kind} ${hardware} brd ${broadcast}`,
  ];
}

function addressLines(link: Link): string[] {
  const { address, name } = link;
  if (address === undefined) return linkLines(link);
  const broadcast = address.broadcast === undefined ? '' : `brd ${address.broadcast} `;
  return [
    ...linkLines(link),
    `    inet ${address.cidr} ${broadcast}scope ${address.scope} ${name.split('@')[0]}`,
    '       valid_lft forever preferred_lft forever',
  ];
}

/** The routes that lead somewhere here: to the own network, to the own pods, and over their nodes to the others'. */
function routeLines({ address, podCIDR, bridge, others, cable }: NetworkState): string[] {
  if (cable !== undefined && podCIDR !== undefined)
    return [`default via ${cable.gateway} dev eth0 `, `${podCIDR} dev eth0 scope link  src ${address} `];
  const network = `${networkOf(address, NODE_PREFIX, 0)}/${NODE_PREFIX}`;
  const own = bridge === undefined ? [] : [`${podCIDR} dev cni0 proto kernel scope link src ${bridge} `];
  const theirs = others.flatMap((node) => (node.podCIDR ? [`${node.podCIDR} via ${node.address} dev eth0 `] : []));
  return [`${network} dev eth0 proto kernel scope link src ${address} `, ...[...own, ...theirs].sort()];
}

/** `ip [-br] addr|link|route [show] [dev NAME]`. */
export const ip: Script = function* ({ argv }) {
  const isBrief = argv.includes('-br') || argv.includes('-brief');
  const [object = '', ...rest] = argv.slice(1).filter((word) => !word.startsWith('-'));
  const words = rest.filter((word) => !['show', 'list', 'ls', 'dev'].includes(word));
  const [verb] = words;
  if (verb !== undefined && ['add', 'del', 'delete', 'set', 'replace', 'flush', 'change'].includes(verb)) {
    yield* complain(`ip: ${object} ${verb} is not simulated: a node's network cannot be changed by hand\n`);
    return 2;
  }
  const state = yield* askKernel();
  if ('route'.startsWith(object) && object !== '') return yield* show(routeLines(state));
  const links = linksOf(state).filter(({ name }) => verb === undefined || name === verb || name.startsWith(`${verb}@`));
  if (verb !== undefined && links.length === 0) {
    yield* complain(`Device "${verb}" does not exist.\n`);
    return 1;
  }
  const isAddress = 'address'.startsWith(object) && object !== '';
  if (!isAddress && (object === '' || !'link'.startsWith(object))) {
    yield* complain(
      object === ''
        ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND }\n'
        : `Object "${object}" is unknown: addr, link and route are simulated.\n`,
    );
    return 1;
  }
  if (isBrief) return yield* show(links.map((link) => briefLine(link, isAddress)));
  return yield* show(links.flatMap(isAddress ? addressLines : linkLines));
};

function briefLine({ name, kind, hardware, address, flags }: Link, isAddress: boolean): string {
  const state = kind === 'loopback' ? 'UNKNOWN' : 'UP';
  return `${name.padEnd(16)} ${state.padEnd(14)} ${isAddress ? `${address?.cidr ?? ''} ` : `${hardware} <${flags}> `}`;
}

function* show(lines: readonly string[]): Generator<Syscall, number, unknown> {
  yield* print(lines.map((line) => `${line}\n`).join(''));
  return 0;
}
