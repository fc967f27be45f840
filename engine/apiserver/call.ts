import type { Turn } from '../sim/turn.ts';
import type { Kind } from './kinds/kind.ts';
import type { ApiRequest, IdentifiedRequest, Status } from './request.ts';

/** One resource request on its way through the server. */
export interface Call {
  readonly turn: Turn;
  readonly request: IdentifiedRequest;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** Validate and admit, but write nothing (`dryRun=All`). */
  readonly isDryRun: boolean;
  /** Collected `Warning` headers. */
  readonly warnings: string[];
}

/**
 * Ends a request early with a failure. Thrown anywhere below `serve`, which turns it into the response; it never leaves
 * the server. No `Error`, as it needs no stack.
 */
export class Refusal {
  readonly status: Status;
  constructor(status: Status) {
    this.status = status;
  }
}

/** Ends the request with a failure. */
export function refuse(status: Status): never {
  throw new Refusal(status);
}

/** A query parameter; the first one where it is repeated. `undefined` when absent. */
export function parameter(request: ApiRequest, name: string): string | undefined {
  const value = request.query?.[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** As Go's `strconv.ParseBool`, with the empty value (`?watch`) true. */
export function isSet(request: ApiRequest, name: string): boolean {
  const value = parameter(request, name);
  if (value === undefined) return false;
  return value === '' || value === '1' || value.toLowerCase() === 'true' || value === 't' || value === 'T';
}
