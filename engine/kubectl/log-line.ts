/** The head of a line that Go's klog writes: `E1121 07:17:03.250000   12345 portforward.go:424]`. */
export function logHeader(now: number, level: 'E' | 'F' | 'I' | 'W', place: string): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${level}${day} ${time}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000       1 ${place}]`;
}
