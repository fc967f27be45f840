import { say } from '../../sentence.ts';
import { refuse } from '../call.ts';
import { internalError } from '../errors.ts';
import type { Status } from '../request.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { concernedHooks, type Hook } from './webhooks/hooks.ts';
import { review, WebhookFailure } from './webhooks/review.ts';

const CONFIGURATIONS = 'validatingwebhookconfigurations.admissionregistration.k8s.io';

/**
 * Asks programs in the cluster whether a request may pass: all of them, and the first refusal counts.
 * Source: `k8s.io/apiserver/pkg/admission/plugin/webhook/validating`.
 */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  subresources: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  isIdle: ({ turn }) => turn.store.at(CONFIGURATIONS).list().length === 0,
  validate(request) {
    const hooks = concernedHooks(CONFIGURATIONS, request);
    if (hooks.length === 0) return;
    // All of them are asked, whatever the first one says.
    const refusals = hooks.map((hook) => refusalOf(hook, request));
    const first = refusals.find((refusal) => refusal !== undefined);
    if (first !== undefined) refuse(first);
  },
};

function refusalOf(hook: Hook, request: AdmissionRequest): Status | undefined {
  try {
    return review(hook, request, false).denial;
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    if (hook.failurePolicy !== 'Ignore') return internalError(error.message);
    request.call.turn.note(say`Failed calling webhook, failing open ${hook.name}: ${error.message}`);
    return undefined;
  }
}
