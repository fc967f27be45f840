import { serviceAccountGroups, serviceAccountName } from '../apiserver/authentication/names.ts';
import { Client } from '../client/client.ts';
import { recordEvent } from '../client/events.ts';
import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import type { Driver } from './drivers.ts';

/** How often one looks whether the provisioner's pod runs by now. */
export const RETRY = 3000;

/** A provisioner that runs: its pod, and the API as that pod's account sees it. */
export interface Process {
  readonly driver: Driver;
  readonly client: Client;
  readonly pod: KubeObject;
}

/** To look for pods one has to be allowed to; the answer is nothing that a provisioner would know. */
const OBSERVER = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** The running pod of a provisioner; undefined while there is none. */
export function processOf(turn: Turn, driver: Driver): Process | undefined {
  const pod = new Client(turn, OBSERVER).list('pods', '').find((candidate) => isRunning(candidate, driver));
  if (pod === undefined) return undefined;
  const { namespace = '' } = pod.metadata;
  const account: string = pod.spec.serviceAccountName ?? 'default';
  const groups = [...serviceAccountGroups(namespace), 'system:authenticated'];
  return { driver, pod, client: new Client(turn, { name: serviceAccountName(namespace, account), groups }) };
}

function isRunning({ spec, status, metadata }: KubeObject, driver: Driver): boolean {
  if (status?.phase !== 'Running' || metadata.deletionTimestamp !== undefined) return false;
  const containers: readonly { readonly image: string }[] = spec?.containers ?? [];
  return containers.some(({ image }) => image.includes(driver.image));
}

/** Reports as `rancher.io/local-path_<pod>_<uid>`, the identity under which such a process leads. */
export function tell(
  turn: Turn,
  { driver, client, pod }: Process,
  object: KubeObject,
  report: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string },
): void {
  const component = `${driver.provisioner}_${pod.metadata.name}_${pod.metadata.uid}`;
  recordEvent(turn, client, { object, component, ...report });
}
