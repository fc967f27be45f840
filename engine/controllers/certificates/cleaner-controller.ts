import { base64Decode } from '../../base64.ts';
import { parseCertificate } from '../../certificates/certificate.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { conditionsOf, RESOURCE } from './request.ts';

const HOUR = 3_600_000;
const PERIOD = HOUR;
const KEY = 'requests';

/** Nobody has decided for so long. */
const PENDING = 24 * HOUR;
/** Decided, signed or failed, and looked at long enough. */
const DONE = HOUR;

/** Removes requests that are done with (`pkg/controller/certificates/cleaner`). */
export const certificateCleanerController = controller({
  name: 'certificatesigningrequest-cleaner-controller',
  watches: [{ resource: RESOURCE }],
  keysOf(turn) {
    enqueueAfter(turn, KEY, PERIOD, { background: true });
    return [];
  },
  sync: cleanRequests,
});

/** One round over all requests; while there are any, the next one follows in an hour. */
export function cleanRequests(turn: Turn, client: Client): void {
  const requests = turn.cache(RESOURCE).list();
  if (requests.length > 0) enqueueAfter(turn, KEY, PERIOD, { background: true });
  for (const object of requests) {
    if (isStale(turn.now, object)) client.delete(RESOURCE, '', object.metadata.name);
  }
}

function isStale(now: number, object: KubeObject): boolean {
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return now - parseTimestamp(object.metadata.creationTimestamp) > PENDING;
  const isOld = conditions.some(
    ({ type, lastUpdateTime = '' }) =>
      (type !== 'Approved' || object.status?.certificate) && now - parseTimestamp(lastUpdateTime) > DONE,
  );
  return isOld || isExpired(now, object) || isForgotten(now, object);
}

/** Approved, yet its signer has never signed it. */
function isForgotten(now: number, object: KubeObject): boolean {
  return conditionsOf(object).some(
    ({ type, lastUpdateTime = '' }) => type === 'Approved' && now - parseTimestamp(lastUpdateTime) > PENDING,
  );
}

function isExpired(now: number, { status }: KubeObject): boolean {
  const certificate = status?.certificate ? parseCertificate(base64Decode(status.certificate) ?? '') : undefined;
  return certificate !== undefined && certificate.notAfter < now;
}
