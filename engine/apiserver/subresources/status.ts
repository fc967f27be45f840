import { applyObject, isApply } from '../apply/apply.ts';
import { getObject } from '../storage.ts';
import { patchStatus } from '../verbs/patch.ts';
import { updateStatus } from '../verbs/update.ts';
import type { SubresourceHandler } from './subresource.ts';

/** What a controller reports: written apart from what users want, so that neither overwrites the other. */
export const status: SubresourceHandler = {
  get: (call) => ({ code: 200, body: getObject(call) }),
  update: (call) => ({ code: 200, body: updateStatus(call) }),
  patch: (call) => ({ code: 200, body: isApply(call.request) ? applyObject(call).object : patchStatus(call) }),
};
