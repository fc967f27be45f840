import { type Implementation, library, type Overload } from './function.ts';
import { EvaluationError, Opaque } from './value.ts';

const IP = 'net.IP';
const CIDR = 'net.CIDR';

/** An address as one number of 32 or 128 bits. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Network extends Address {
  readonly prefix: number;
}

/** Reads an address as Go's `netip.ParseAddr`; leading zeros are refused. */
function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIPv4(text);
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = (halves.length === 2 && tail.length > 0 ? tail : head).at(-1) ?? '';
  const mapped = last.includes('.') ? parseIPv4(last) : undefined;
  if (last.includes('.') && mapped === undefined) return undefined;
  const expand = (groups: readonly string[]): readonly string[] =>
    groups.flatMap((group) => (group === last && mapped !== undefined ? hexPair(mapped.value) : [group]));
  const first = expand(head);
  const second = expand(tail);
  const missing = 8 - first.length - second.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...first, ...Array<string>(missing).fill('0'), ...second];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { bits: 128, value: groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n) };
}

function hexPair(value: bigint): readonly string[] {
  return [(value >> 16n).toString(16), (value & 0xffffn).toString(16)];
}

function parseIPv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return { bits: 32, value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n) };
}

/** `10.0.0.1`, `2001:db8::1`: the longest run of zeros is left out. */
function addressText({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16));
  const longest = longestZeros(groups);
  if (longest.length < 2) return groups.join(':');
  const end = longest.start + longest.length;
  return `${groups.slice(0, longest.start).join(':')}::${groups.slice(end).join(':')}`;
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

function isMapped({ bits, value }: Address): boolean {
  return bits === 128 && value >> 32n === 0xffffn;
}

function problemOf(text: string): string | undefined {
  if (text.includes('%')) return `IP address ${JSON.stringify(text)} with zone value is not allowed`;
  const address = parseAddress(text);
  if (address === undefined) {
    const why = `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
    return `IP Address ${JSON.stringify(text)} parse error during conversion from string: ${why}`;
  }
  return isMapped(address) ? `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed` : undefined;
}

function ip(text: string): Opaque {
  const wrong = problemOf(text);
  if (wrong !== undefined) throw new EvaluationError(wrong);
  return ofAddress(parseAddress(text) as Address);
}

function ofAddress(address: Address): Opaque {
  return new Opaque(IP, addressText(address), address);
}

function parseNetwork(text: string): Network | undefined {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > address.bits) return undefined;
  return isMapped(address) ? undefined : { ...address, prefix: Number(prefix) };
}

function cidr(text: string): Opaque {
  const network = parseNetwork(text);
  if (network !== undefined) return ofNetwork(network);
  const why = `netip.ParsePrefix(${JSON.stringify(text)}): ${text.includes('/') ? 'unable to parse IP' : "no '/'"}`;
  throw new EvaluationError(`network address parse error during conversion from string: ${why}`);
}

function ofNetwork(network: Network): Opaque {
  return new Opaque(CIDR, `${addressText(network)}/${network.prefix}`, network);
}

function masked({ bits, value, prefix }: Network): Network {
  const host = BigInt(bits - prefix);
  return { bits, prefix, value: (value >> host) << host };
}

function containsAddress({ content }: Opaque, address: Opaque): boolean {
  const network = content as Network;
  const { bits, value } = address.content as Address;
  const host = BigInt(network.bits - network.prefix);
  return bits === network.bits && value >> host === network.value >> host;
}

function containsNetwork(one: Opaque, other: Opaque): boolean {
  const inner = other.content as Network;
  return (one.content as Network).prefix <= inner.prefix && containsAddress(one, ofAddress(inner));
}

/** Whether the first bits of an address are these: `[prefix of 32-bit ones, prefix of 128-bit ones]`. */
function isWithin(networks: readonly string[]): Implementation {
  return (address: Opaque) => networks.some((network) => containsAddress(cidr(network), address));
}

function isGlobalUnicast(address: Opaque): boolean {
  const special = ['0.0.0.0/32', '255.255.255.255/32', '127.0.0.0/8', '224.0.0.0/4', '169.254.0.0/16'];
  const others = ['::/128', '::1/128', 'ff00::/8', 'fe80::/10'];
  return ![...special, ...others].some((network) => containsAddress(cidr(network), address));
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  [`ip: (string) -> ${IP}`]: ip,
  'isIP: (string) -> bool': (text: string) => problemOf(text) === undefined,
  'ip.isCanonical: (string) -> bool': (text: string) => ip(text).key === text,
  [`family: ${IP}.() -> int`]: ({ content }: Opaque) => ((content as Address).bits === 32 ? 4n : 6n),
  [`isUnspecified: ${IP}.() -> bool`]: isWithin(['0.0.0.0/32', '::/128']),
  [`isLoopback: ${IP}.() -> bool`]: isWithin(['127.0.0.0/8', '::1/128']),
  [`isLinkLocalMulticast: ${IP}.() -> bool`]: isWithin(['224.0.0.0/24', 'ff02::/16']),
  [`isLinkLocalUnicast: ${IP}.() -> bool`]: isWithin(['169.254.0.0/16', 'fe80::/10']),
  [`isGlobalUnicast: ${IP}.() -> bool`]: isGlobalUnicast,
  [`string{ip}: (${IP}) -> string`]: ({ key }: Opaque) => key,
  [`cidr: (string) -> ${CIDR}`]: cidr,
  'isCIDR: (string) -> bool': (text: string) => parseNetwork(text) !== undefined,
  [`containsIP: ${CIDR}.(string) -> bool`]: (network: Opaque, text: string) => containsAddress(network, ip(text)),
  [`containsIP{ip}: ${CIDR}.(${IP}) -> bool`]: containsAddress,
  [`containsCIDR: ${CIDR}.(string) -> bool`]: (network: Opaque, text: string) => containsNetwork(network, cidr(text)),
  [`containsCIDR{cidr}: ${CIDR}.(${CIDR}) -> bool`]: containsNetwork,
  [`ip{cidr}: ${CIDR}.() -> ${IP}`]: ({ content }: Opaque) => ofAddress(content as Network),
  [`masked: ${CIDR}.() -> ${CIDR}`]: ({ content }: Opaque) => ofNetwork(masked(content as Network)),
  [`prefixLength: ${CIDR}.() -> int`]: ({ content }: Opaque) => BigInt((content as Network).prefix),
  [`string{cidr}: (${CIDR}) -> string`]: ({ key }: Opaque) => key,
};

/** Sources: `k8s.io/apiserver/pkg/cel/library/ip.go`, `cidr.go`. */
export const ADDRESSES: readonly Overload[] = library(FUNCTIONS);
