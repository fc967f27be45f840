import { complain, print, type Script } from '../../../process/program.ts';
import { askKernel } from './ask-kernel.ts';
import { type Link, linksOf, networkOf } from './ip.ts';
import type { NetworkState } from './network-state.ts';

/** The mask that a prefix stands for: `255.255.255.0` for 24. */
const maskOf = (prefix: number): string => networkOf('255.255.255.255', prefix, 0);

/** An interface as busybox's ifconfig shows it, without its counters: no packet is counted here. */
function block({ name, kind, hardware, mtu, address }: Link): string {
  const [device = ''] = name.split('@');
  const indent = ' '.repeat(10);
  const isLoopback = kind === 'loopback';
  const encapsulation = isLoopback ? 'Local Loopback' : `Ethernet  HWaddr ${hardware.toUpperCase()}`;
  const [ip = '', prefix = ''] = address?.cidr.split('/') ?? [];
  const broadcast = address?.broadcast === undefined ? '' : `Bcast:${address.broadcast}  `;
  return [
    `${device.padEnd(9)} Link encap:${encapsulation}  `,
    ...(address === undefined ? [] : [`${indent}inet addr:${ip}  ${broadcast}Mask:${maskOf(Number(prefix))}`]),
    `${indent}UP ${isLoopback ? 'LOOPBACK RUNNING' : 'BROADCAST RUNNING MULTICAST'}  MTU:${mtu}  Metric:1`,
    '',
  ].join('\n');
}

/** `ifconfig [INTERFACE]`. */
export const ifconfig: Script = function* ({ argv }) {
  const [wanted, ...more] = argv.slice(1).filter((word) => word !== '-a');
  if (more.length > 0) {
    yield* complain('ifconfig: interfaces cannot be changed by hand here\n');
    return 1;
  }
  const links = linksOf(yield* askKernel())
    .filter(({ name }) => wanted === undefined || name.split('@')[0] === wanted)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  if (wanted !== undefined && links.length === 0) {
    yield* complain(`ifconfig: ${wanted}: error fetching interface information: Device not found\n`);
    return 1;
  }
  yield* print(links.map((link) => `${block(link)}\n`).join(''));
  return 0;
};

/** A line of the kernel's table: where to, over whom, over which interface. */
type Row = readonly [network: string, gateway: string, prefix: number, device: string];

function rowsOf({ address, podCIDR, bridge, others, cable }: NetworkState, own: number): Row[] {
  const network = (cidr: string): readonly [string, number] => [cidr.split('/')[0] ?? '', Number(cidr.split('/')[1])];
  const row = (cidr: string, gateway: string, device: string): Row => [
    network(cidr)[0],
    gateway,
    network(cidr)[1],
    device,
  ];
  if (cable !== undefined && podCIDR !== undefined)
    return [['0.0.0.0', cable.gateway, 0, 'eth0'], row(podCIDR, '0.0.0.0', 'eth0')];
  return [
    row(`${networkOf(address, own, 0)}/${own}`, '0.0.0.0', 'eth0'),
    ...(bridge === undefined || podCIDR === undefined ? [] : [row(podCIDR, '0.0.0.0', 'cni0')]),
    ...others.flatMap((node) => (node.podCIDR ? [row(node.podCIDR, node.address, 'eth0')] : [])),
  ];
}

/** `route [-n]`. */
export const route: Script = function* ({ argv }) {
  if (argv.slice(1).some((word) => word !== '-n' && word !== '-e')) {
    yield* complain('route: routes cannot be changed by hand here\n');
    return 1;
  }
  const isNumeric = argv.includes('-n');
  const state = yield* askKernel();
  const own = Number(linksOf(state)[1]?.address?.cidr.split('/')[1]);
  const cell = (text: string): string => text.padEnd(15);
  yield* print(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
  );
  for (const [network, gateway, prefix, device] of rowsOf(state, own)) {
    const isDirect = gateway === '0.0.0.0';
    const to = !isNumeric && prefix === 0 ? 'default' : network;
    const over = !isNumeric && isDirect ? '*' : gateway;
    yield* print(
      `${cell(to)} ${cell(over)} ${cell(maskOf(prefix))} ${(isDirect ? 'U' : 'UG').padEnd(5)} 0      0        0 ${device}\n`,
    );
  }
  return 0;
};
