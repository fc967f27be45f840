import type { Turn } from '../../sim/turn.ts';
import type { ApiResponse } from '../request.ts';

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
    ...checks.map((check) => `/${endpoint}/${check}`),
  ]);
}

/** `/livez`, `/readyz?verbose`, `/healthz/etcd`; `undefined` for paths that are none of these. */
export function health(turn: Turn, path: string, isVerbose: boolean): ApiResponse | undefined {
  const [, endpoint = '', ...rest] = path.split('/');
  const checks = CHECKS[endpoint];
  if (checks === undefined) return undefined;
  const asked = rest.join('/');
  const isFailing = (check: string): boolean =>
    (check === 'etcd' || check === 'poststarthook/storage-readiness') && !turn.isRunning('etcd');
  if (asked !== '') {
    if (!checks.includes(asked)) return undefined;
    return isFailing(asked) ? text(500, 'internal server error: reason withheld\n') : text(200, 'ok');
  }
  const isFailed = checks.some(isFailing);
  if (!isFailed && !isVerbose) return text(200, 'ok');
  const lines = checks.map((check) => (isFailing(check) ? `[-]${check} failed: reason withheld` : `[+]${check} ok`));
  return text(isFailed ? 500 : 200, `${lines.join('\n')}\n${endpoint} check ${isFailed ? 'failed' : 'passed'}\n`);
}

function text(code: number, body: string): ApiResponse {
  return { code, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
