import { durationProblem } from '../go-duration.ts';
import { isSet, parameter, refuse } from './call.ts';
import { badRequest } from './errors.ts';
import type { ApiRequest } from './request.ts';

/** Subresources whose requests may go on as long as they like. */
const LONG_RUNNING = /\/(attach|exec|log|portforward|proxy)(\/|$)/;

/** Whether a request may go on for ever; watches, which may too, are treated as one or the other. */
export function isLongRunning({ path }: ApiRequest): boolean {
  return LONG_RUNNING.test(path);
}

/**
 * Refuses a `timeout` that is no duration, before anybody asks who the client is; no request here takes so long that a
 * right one would matter. Source: `k8s.io/apiserver/pkg/endpoints/filters/request_deadline.go`.
 */
export function requireTimeout(request: ApiRequest): void {
  const asked = request.query === undefined ? '' : (parameter(request, 'timeout') ?? '');
  if (asked === '' || isSet(request, 'watch') || isLongRunning(request)) return;
  const problem = durationProblem(asked);
  if (problem !== undefined) refuse(badRequest(`invalid timeout specified in the request URL - ${problem}`));
}
