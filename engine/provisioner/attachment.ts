import { enqueueAfter } from '../client/workqueue.ts';
import type { Turn } from '../sim/turn.ts';
import { driverOf } from './drivers.ts';
import { processOf, RETRY } from './process.ts';

export const ATTACHMENTS = 'volumeattachments.storage.k8s.io';

/** Says that a volume is attached: nothing else has to be done for these drivers (`kubernetes-csi/external-attacher`). */
export function syncAttachment(turn: Turn, name: string): void {
  const attachment = turn.cache(ATTACHMENTS).get('', name);
  if (attachment === undefined || attachment.status?.attached === true) return;
  const driver = driverOf(attachment.spec?.attacher);
  if (driver === undefined) return;
  const process = processOf(turn, driver);
  if (process === undefined) enqueueAfter(turn, `attachment|${name}`, RETRY, { background: true });
  else process.client.updateStatus(ATTACHMENTS, { ...attachment, status: { attached: true } });
}
