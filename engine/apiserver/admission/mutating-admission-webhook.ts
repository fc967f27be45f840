import type { Json, KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { refuse } from '../call.ts';
import { decodeBody } from '../codec.ts';
import { isEqual } from '../equality.ts';
import { internalError } from '../errors.ts';
import { applyJsonPatch } from '../patch/json.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { concernedHooks, type Hook } from './webhooks/hooks.ts';
import { review, WebhookFailure } from './webhooks/review.ts';

const CONFIGURATIONS = 'mutatingwebhookconfigurations.admissionregistration.k8s.io';

/**
 * Asks programs in the cluster, one after the other, how an object should be changed. One that wants to
 * (`reinvocationPolicy: IfNeeded`) sees it again when others have changed it after it.
 * Source: `k8s.io/apiserver/pkg/admission/plugin/webhook/mutating`.
 */
export const mutatingAdmissionWebhook: AdmissionPlugin = {
  name: 'MutatingAdmissionWebhook',
  subresources: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  causesReinvocation: true,
  isIdle: ({ turn }) => turn.store.at(CONFIGURATIONS).list().length === 0,
  admit(request) {
    let { object } = request;
    const hooks = concernedHooks(CONFIGURATIONS, request);
    if (hooks.length === 0) return object;
    for (const hook of hooks) {
      if (request.isReinvocation === true && hook.reinvocationPolicy !== 'IfNeeded') continue;
      object = changedBy(hook, object === request.object ? request : { ...request, object });
    }
    return object;
  },
};

function changedBy(hook: Hook, request: AdmissionRequest): KubeObject {
  try {
    const { patch, denial } = review(hook, request, true);
    if (denial !== undefined) refuse(denial);
    return patch.length === 0 ? request.object : patched(hook, request, patch);
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    if (hook.failurePolicy !== 'Ignore') refuse(internalError(error.message));
    request.call.turn.note(say`Failed calling webhook, failing open ${hook.name}: ${error.message}`);
    return request.object;
  }
}

function patched(hook: Hook, request: AdmissionRequest, patch: Parameters<typeof applyJsonPatch>[1]): KubeObject {
  const { call, operation, object } = request;
  if (operation === 'DELETE') {
    const why = `admission webhook "${hook.name}" attempted to modify the object, which is not supported for this operation`;
    refuse(internalError(why));
  }
  const result = applyJsonPatch(object as unknown as Json, patch);
  if (result === undefined)
    return refuse(internalError(`the patch of admission webhook "${hook.name}" cannot be applied`));
  const next = object.kind === call.kind.kind ? decodeBody(call, result) : (result as unknown as KubeObject);
  return isEqual(next, object) ? object : next;
}
