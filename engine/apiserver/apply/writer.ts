import { type Call, parameter } from '../call.ts';
import type { Writer } from './managers.ts';

/** Who owns what the request writes: the manager it names, else the program it comes from. */
export function writerOf(call: Call): Writer {
  const program = (call.turn.caller ?? call.request.user.name).split('/')[0] as string;
  return { manager: parameter(call.request, 'fieldManager') || program, subresource: call.subresource };
}

/**
 * Whether a write starts a record of ownership on an object that has none: requests that name their manager do. The
 * cluster's own components don't, so that the thousands of objects only they touch carry no such record.
 */
export function isOwnershipKept(call: Call): boolean {
  return parameter(call.request, 'fieldManager') !== undefined;
}
