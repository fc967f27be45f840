import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { portName, portNumber } from './names.ts';
import { validateNotNegative } from './numbers.ts';

const SCHEMES = ['HTTP', 'HTTPS'];
const HEADER = /^[-A-Za-z0-9]+$/;
const HEADER_TEXT =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
/** In the order in which they are looked at. */
const HANDLERS: Readonly<
  Record<string, (handler: Fields, path: string, grace: number | undefined, errors: ErrorList) => void>
> = {
  exec: ({ command }, path, _grace, errors) => {
    if ((command?.length ?? 0) === 0) errors.push(required(`${path}.command`));
  },
  httpGet: ({ path: target, port, scheme, httpHeaders }, path, _grace, errors) => {
    if (!target) errors.push(required(`${path}.path`));
    validatePort(port, `${path}.port`, errors);
    if (!SCHEMES.includes(scheme)) errors.push(notSupported(`${path}.scheme`, scheme, SCHEMES));
    for (const { name } of (httpHeaders ?? []) as readonly Fields[])
      if (!HEADER.test(name)) errors.push(invalid(`${path}.httpHeaders`, name, HEADER_TEXT));
  },
  tcpSocket: ({ port }, path, _grace, errors) => validatePort(port, `${path}.port`, errors),
  grpc: ({ port }, path, _grace, errors) => {
    for (const text of portNumber(port)) errors.push(invalid(`${path}.port`, port, text));
  },
  sleep: ({ seconds }, path, grace, errors) => {
    if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
    errors.push(invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`));
  },
};

function validatePort(port: number | string, path: string, errors: ErrorList): void {
  const wrong = typeof port === 'number' ? portNumber(port) : portName(port);
  for (const text of wrong) errors.push(invalid(path, port, text));
}

/** Exactly one way to act. `grace` is the pod's grace period, for `sleep`. */
function validateHandler(handler: Fields, path: string, grace: number | undefined, errors: ErrorList): void {
  let found = 0;
  for (const name in HANDLERS) {
    if (handler[name] === undefined) continue;
    if (found > 0) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 handler type'));
    else HANDLERS[name]?.(handler[name], `${path}.${name}`, grace, errors);
    found++;
  }
  if (found === 0) errors.push(required(path, 'must specify a handler type'));
}

export function validateLifecycle(lifecycle: Fields, path: string, grace: number | undefined, errors: ErrorList): void {
  if (lifecycle.postStart !== undefined) validateHandler(lifecycle.postStart, `${path}.postStart`, grace, errors);
  if (lifecycle.preStop !== undefined) validateHandler(lifecycle.preStop, `${path}.preStop`, grace, errors);
}

/** A liveness or startup probe succeeds with the first success. */
export function validateLivenessProbe(probe: Fields | undefined, path: string, errors: ErrorList): void {
  if (probe === undefined) return;
  validateProbe(probe, path, errors);
  if (probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
}

export function validateReadinessProbe(probe: Fields | undefined, path: string, errors: ErrorList): void {
  if (probe === undefined) return;
  const { terminationGracePeriodSeconds: grace, ...rest } = probe;
  validateProbe(rest, path, errors);
  if (grace !== undefined)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

function validateProbe(probe: Fields, path: string, errors: ErrorList): void {
  validateHandler(probe, path, undefined, errors);
  for (const name of COUNTS) validateNotNegative(probe[name], `${path}.${name}`, errors);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
}
