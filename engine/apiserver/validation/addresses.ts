/** IP addresses and networks as `pkg/apis/core/validation` and `apimachinery/pkg/util/validation` judge them. */

const NOT_AN_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NOT_A_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

const GOOD: readonly string[] = [];

/** `IPv4`, `IPv6`, or undefined for what is no address. */
export function ipFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  if (IPV4.test(text)) return 'IPv4';
  return isIPv6(text) ? 'IPv6' : undefined;
}

function isIPv6(text: string): boolean {
  if (!text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const half of halves) {
    if (half === '') continue;
    for (const group of half.split(':')) {
      if (/^[0-9a-fA-F]{1,4}$/.test(group)) groups += 1;
      else if (IPV4.test(group) && text.endsWith(group)) groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

export function ipAddress(text: string): readonly string[] {
  return ipFamily(text) === undefined ? [NOT_AN_ADDRESS] : GOOD;
}

export function cidr(text: string): readonly string[] {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  const family = match === null ? undefined : ipFamily(match[1] as string);
  if (match === null || family === undefined || Number(match[2]) > (family === 'IPv4' ? 32 : 128)) return [NOT_A_CIDR];
  return GOOD;
}

/** Addresses that no endpoint and no external IP may have. */
export function specialAddress(text: string): readonly string[] {
  const lower = text.toLowerCase();
  if (text === '0.0.0.0' || lower === '::') return [`may not be unspecified (${text})`];
  if (text.startsWith('127.') || lower === '::1') return ['may not be in the loopback range (127.0.0.0/8, ::1/128)'];
  if (text.startsWith('169.254.') || /^fe[89ab]/.test(lower))
    return ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'];
  if (text.startsWith('224.0.0.') || lower.startsWith('ff02:'))
    return ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'];
  return GOOD;
}
