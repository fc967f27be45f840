/** Ranges of IPv4 addresses as numbers: `10.96.0.0/16` has 2^16 of them from its first on. */
export interface AddressRange {
  readonly first: number;
  readonly size: number;
}

/** The range that a CIDR says; undefined for one of IPv6. */
export function addressRange(cidr: string): AddressRange | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const first = addressNumber(address);
  return first === undefined || length === '' ? undefined : { first, size: 2 ** (32 - Number(length)) };
}

export function addressNumber(address: string): number | undefined {
  const octets = address.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet < 256))) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function containsAddress({ first, size }: AddressRange, address: number): boolean {
  return address >= first && address < first + size;
}

/** Whether all of one range is in the other. */
export function containsRange(outer: AddressRange, inner: AddressRange): boolean {
  return containsAddress(outer, inner.first) && inner.first + inner.size <= outer.first + outer.size;
}
