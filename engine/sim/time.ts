/** Milliseconds since the Unix epoch as Kubernetes writes a `Time`: RFC 3339, whole seconds, UTC (`2026-01-01T00:00:00Z`). */
export function timestamp(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second === latest.second) return latest.text;
  if (second !== before.second) before = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` };
  [latest, before] = [before, latest];
  return latest.text;
}

/** The two times asked for last: a turn asks for its own again and again, and now and then for the end of something. */
let latest = { second: Number.NaN, text: '' };
let before = { second: Number.NaN, text: '' };

/** As Kubernetes writes a `MicroTime`: six digits of a second (`2026-01-01T00:00:00.250000Z`). */
export function microTimestamp(milliseconds: number): string {
  const below = milliseconds - Math.floor(milliseconds / 1000) * 1000;
  return `${timestamp(milliseconds).slice(0, 19)}.${String(1000 + below).slice(1)}000Z`;
}

/** The inverse of `timestamp` and `microTimestamp`; NaN for anything that is no RFC 3339 time. */
export function parseTimestamp(text: string): number {
  return Date.parse(text);
}
