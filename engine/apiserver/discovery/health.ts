import type { Turn } from '../../sim/turn.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';

/** Steps of the server's start, in order; each is a health check that passes once the server serves. */
const START_HOOKS = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'peer-endpoint-reconciler-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'storage-readiness',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-wait-for-first-sync',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
].map((hook) => `poststarthook/${hook}`);

const LAST_CHECKS = [
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

/** Checks of the server's own connection to itself: they have a path but stand in no list. */
const UNPRINTED = ['loopback-serving-certificate'];
/** Checks that fail while etcd does not answer. */
const NEEDS_ETCD = ['etcd', 'poststarthook/storage-readiness'];

/** Endpoints and their checks, in the order in which they are printed. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...START_HOOKS, ...LAST_CHECKS],
  livez: ['ping', 'log', 'etcd', ...START_HOOKS, ...LAST_CHECKS],
  readyz: ['ping', 'log', 'informer-sync', ...START_HOOKS, ...LAST_CHECKS, 'shutdown'],
};

/** All health paths, as the root document lists them. */
export function healthPaths(): readonly string[] {
  return Object.entries(CHECKS).flatMap(([endpoint, checks]) => [
    `/${endpoint}`,
    ...[...checks, ...UNPRINTED.filter(() => endpoint !== 'readyz')].map((check) => `/${endpoint}/${check}`),
  ]);
}

/** One check, and how it stands. */
export interface HealthCheck {
  readonly name: string;
  readonly isPassing: boolean;
}

/** The checks of an endpoint (`livez`), in order. */
export function healthChecks(turn: Turn, endpoint: string): readonly HealthCheck[] {
  return (CHECKS[endpoint] ?? []).map((name) => ({ name, isPassing: isPassing(turn, name) }));
}

function isPassing(turn: Turn, check: string): boolean {
  return !NEEDS_ETCD.includes(check) || turn.isRunning('etcd');
}

/**
 * `/livez`, `/readyz?verbose`, `/healthz/etcd`; `undefined` for paths that are none of these. A failure always tells
 * everything; `exclude` leaves checks out (`k8s.io/apiserver/pkg/server/healthz`).
 */
export function health(turn: Turn, request: ApiRequest): ApiResponse | undefined {
  const [, endpoint = '', ...rest] = request.path.split('/');
  if (CHECKS[endpoint] === undefined) return undefined;
  const asked = rest.join('/');
  if (asked !== '') return singleCheck(turn, endpoint, asked);
  const excluded = new Set([request.query?.exclude ?? []].flat());
  const checks = healthChecks(turn, endpoint);
  const lines = checks.map(({ name, isPassing: isFine }) => {
    if (excluded.has(name)) return `[+]${name} excluded: ok`;
    return isFine ? `[+]${name} ok` : `[-]${name} failed: reason withheld`;
  });
  const unknown = [...excluded].filter((name) => !checks.some((check) => check.name === name)).sort();
  if (unknown.length > 0) {
    const names = unknown.map((name) => `"${name}"`).join(', ');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  const isFailed = checks.some(({ name, isPassing: isFine }) => !isFine && !excluded.has(name));
  if (!isFailed && request.query?.verbose === undefined) return text(200, 'ok');
  return text(isFailed ? 500 : 200, `${lines.join('\n')}\n${endpoint} check ${isFailed ? 'failed' : 'passed'}\n`);
}

function singleCheck(turn: Turn, endpoint: string, name: string): ApiResponse | undefined {
  const isKnown = CHECKS[endpoint]?.includes(name) || (endpoint !== 'readyz' && UNPRINTED.includes(name));
  if (!isKnown) return undefined;
  return isPassing(turn, name) ? text(200, 'ok') : text(500, 'internal server error: reason withheld\n');
}

function text(code: number, body: string): ApiResponse {
  return { code, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
