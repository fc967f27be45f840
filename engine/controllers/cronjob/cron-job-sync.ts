import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';

/** A reference to an active Job. */
interface JobReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly apiVersion: string;
  readonly resourceVersion: string;
}

/** `batch/v1 CronJobStatus`. */
export interface CronJobStatus {
  readonly active?: readonly JobReference[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}

/** What the steps of one sync share; `status` is replaced on the way. */
export interface CronJobSync {
  readonly turn: Turn;
  readonly client: Client;
  cronJob: KubeObject;
  readonly jobs: readonly KubeObject[];
  status: CronJobStatus;
}
