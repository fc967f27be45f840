/** Virtual time since the session began: `0:01:07.250`. */
export function elapsed(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds));
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  const hours = Math.floor(whole / 3_600_000);
  return `${hours}:${part(Math.floor(whole / 60_000) % 60, 2)}:${part(Math.floor(whole / 1000) % 60, 2)}.${part(whole % 1000, 3)}`;
}

/** How old something is, as kubectl says it, in short: `45s`, `7m`, `3h`, `2d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
