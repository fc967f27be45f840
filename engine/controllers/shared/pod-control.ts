import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { controllerReference } from './owner.ts';

/** A pod as its owner's template says, without name or with a generated one (`GetPodFromTemplate`). */
export function podFromTemplate(template: KubeObject, owner: KubeObject): KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    } as unknown as KubeObject['metadata'],
    spec: template.spec,
  };
}

/** Whether a create failed only because the namespace is going away: nothing its controller does could help. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;
}

/** Creates a pod for its owner and reports it (`RealPodControl.createPods` in `pkg/controller/controller_utils.go`). */
export function createPod(turn: Turn, client: Client, owner: KubeObject, pod: KubeObject): KubeObject {
  try {
    const created = client.create('pods', owner.metadata.namespace ?? '', pod);
    const message = `Created pod: ${created.metadata.name}`;
    recordEvent(turn, client, { object: owner, type: 'Normal', reason: 'SuccessfulCreate', message });
    return created;
  } catch (error) {
    if (error instanceof ApiError && !isNamespaceTerminating(error)) {
      const message = `Error creating: ${error.message}`;
      recordEvent(turn, client, { object: owner, type: 'Warning', reason: 'FailedCreate', message });
    }
    throw error;
  }
}

/** Deletes a pod of its owner and reports it (`RealPodControl.DeletePod`). */
export function deletePod(turn: Turn, client: Client, owner: KubeObject, name: string): void {
  try {
    client.delete('pods', owner.metadata.namespace ?? '', name);
  } catch (error) {
    if (error instanceof ApiError && error.reason !== 'NotFound') {
      const message = `Error deleting: ${error.message}`;
      recordEvent(turn, client, { object: owner, type: 'Warning', reason: 'FailedDelete', message });
    }
    throw error;
  }
  const message = `Deleted pod: ${name}`;
  recordEvent(turn, client, { object: owner, type: 'Normal', reason: 'SuccessfulDelete', message });
}
