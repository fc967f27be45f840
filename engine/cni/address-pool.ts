import { remembered } from '../remembered.ts';
import type { Memory, Turn } from '../sim/turn.ts';

/**
 * Pod addresses of one node, given out as the host-local IPAM plugin does: upwards, round and round, so that an address
 * just given back is not used again at once. The bridge has the first address of the range. Kept in cells of the
 * component that calls (a runtime: it should list `cni/` among its durable prefixes):
 *
 *     cni/last            the last address given out, as a number within the range
 *     cni/address/<ip>    the owner of an address that is in use
 */
const LAST = 'cni/last';

interface Range {
  readonly first: number;
  readonly size: number;
}

/** Takes the next free address of `podCIDR` (`10.244.3.0/24`) for `owner`. Undefined when none is left. */
export function allocateAddress(turn: Pick<Turn, 'memory'>, podCIDR: string, owner = ''): string | undefined {
  const { memory } = turn;
  const { first, size } = rangeOf(podCIDR);
  // The network's own address, the bridge's, and the broadcast address are not for pods.
  const usable = size - 3;
  const last = memory.get<number>(LAST) ?? 1;
  for (let step = 0; step < usable; step++) {
    const offset = 2 + ((last - 1 + step) % usable);
    const address = formatAddress(first + offset);
    if (isTaken(memory, address)) continue;
    memory.set(LAST, offset);
    memory.set(`cni/address/${address}`, owner);
    return address;
  }
  return undefined;
}

/** Gives an address back. */
export function releaseAddress(turn: Pick<Turn, 'memory'>, address: string): void {
  turn.memory.delete(`cni/address/${address}`);
}

/** The address of the bridge, which is the gateway of a node's pods. */
export function gatewayAddress(podCIDR: string): string {
  return formatAddress(rangeOf(podCIDR).first + 1);
}

/** Whether an address belongs to a range. */
export function isInRange(address: string, cidr: string): boolean {
  const { first, size } = rangeOf(cidr);
  const value = parseAddress(address);
  return value >= first && value < first + size;
}

function isTaken(memory: Memory, address: string): boolean {
  return memory.get(`cni/address/${address}`) !== undefined;
}

const rangeOf = remembered((cidr): Range => {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(parseAddress(address) / size) * size, size };
});

function parseAddress(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function formatAddress(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}
