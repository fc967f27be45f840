import type { KubeObject } from '../object.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const COUNT = 'count/resourceclaims.resource.k8s.io';
/** `gpu.deviceclass.resource.k8s.io/devices` counts the devices asked of one class. */
const CLASS_SUFFIX = '.deviceclass.resource.k8s.io/devices';

interface DeviceRequest {
  readonly deviceClassName?: string;
  readonly count?: number;
  readonly allocationMode?: string;
}

/** Source: `pkg/quota/v1/evaluator/core/resource_claims.go`. */
export const resourceClaimEvaluator: QuotaEvaluator = {
  resource: 'resourceclaims.resource.k8s.io',
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matchingResources: (asked) => asked.filter((name) => name === COUNT || name.endsWith(CLASS_SUFFIX)),
  matchesScope: () => false,
  usage(claim) {
    const used: Record<string, string> = { [COUNT]: '1' };
    for (const { deviceClassName = '', count } of requestsOf(claim)) {
      const name = deviceClassName + CLASS_SUFFIX;
      used[name] = String(Number(used[name] ?? 0) + count);
    }
    return used;
  },
};

/** The most devices that each request can be given: of alternatives the greediest counts. */
function requestsOf({ spec }: KubeObject): readonly { readonly deviceClassName?: string; readonly count: number }[] {
  const requests: readonly { readonly exactly?: DeviceRequest; readonly firstAvailable?: readonly DeviceRequest[] }[] =
    spec?.devices?.requests ?? [];
  return requests.flatMap(({ exactly, firstAvailable = [] }) => {
    const counted = [...(exactly === undefined ? [] : [exactly]), ...firstAvailable].map((request) => ({
      ...(request.deviceClassName === undefined ? {} : { deviceClassName: request.deviceClassName }),
      count: request.allocationMode === 'All' ? MOST_DEVICES : (request.count ?? 1),
    }));
    if (firstAvailable.length === 0) return counted;
    const classes = [...new Set(counted.map(({ deviceClassName }) => deviceClassName))];
    return classes.map((deviceClassName) => ({
      ...(deviceClassName === undefined ? {} : { deviceClassName }),
      count: Math.max(...counted.filter((each) => each.deviceClassName === deviceClassName).map(({ count }) => count)),
    }));
  });
}

/** `AllocationResultsMaxSize`: all that a claim can be given. */
const MOST_DEVICES = 32;
