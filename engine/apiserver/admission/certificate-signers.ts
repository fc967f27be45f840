import { decide } from '../authorization/access.ts';
import type { Call } from '../call.ts';

/**
 * Whether the requestor may `approve` or `sign` for a signer: by its name, or for all of its domain (`example.com/*`).
 * Source: `plugin/pkg/admission/certificates/util.go`.
 */
export function isPermittedFor(call: Call, verb: 'approve' | 'sign', signerName: string): boolean {
  const domain = `${signerName.split('/')[0]}/*`;
  return [signerName, domain].some((name) => isAllowed(call, verb, name));
}

function isAllowed({ turn, request }: Call, verb: string, name: string): boolean {
  const apiGroup = 'certificates.k8s.io';
  const asked = { user: request.user, verb, apiGroup, resource: 'signers', subresource: '', namespace: '', name };
  return decide(turn, asked).decision === 'Allow';
}
