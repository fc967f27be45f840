import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';

/** Tells what became of a pod (`recordPodEvent` in `pkg/controller/statefulset/stateful_pod_control.go`). */
export function recordPodEvent(
  turn: Turn,
  client: Client,
  report: { readonly verb: 'Create' | 'Update' | 'Delete'; readonly set: KubeObject; readonly pod: KubeObject },
  error: Error | undefined,
): void {
  const { verb, set, pod } = report;
  const what = `${verb} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  const message = error === undefined ? `${what} successful` : `${what} failed error: ${error.message}`;
  record(turn, client, set, verb, message, error);
}

/** Tells what became of a claim that a pod needs (`recordClaimEvent`). */
export function recordClaimEvent(
  turn: Turn,
  client: Client,
  report: { readonly set: KubeObject; readonly pod: KubeObject; readonly claim: string; readonly error?: Error },
): void {
  const { set, pod, claim, error } = report;
  const where = `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  const message =
    error === undefined
      ? `Create Claim ${claim} ${where} success`
      : `Create Claim ${claim} for ${where} failed error: ${error.message}`;
  record(turn, client, set, 'Create', message, error);
}

function record(
  turn: Turn,
  client: Client,
  set: KubeObject,
  verb: string,
  message: string,
  error: Error | undefined,
): void {
  if (error === undefined)
    recordEvent(turn, client, { object: set, type: 'Normal', reason: `Successful${verb}`, message });
  else recordEvent(turn, client, { object: set, type: 'Warning', reason: `Failed${verb}`, message });
}
