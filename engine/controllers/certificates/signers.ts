import { commonNameOf, organizationsOf } from '../../certificates/name.ts';
import type { CertificateRequest } from '../../certificates/request.ts';
import { SIGNERS } from './request.ts';

const NODES = 'system:nodes';
const NODE_PREFIX = 'system:node:';

/** Why a signer does not sign a request; `undefined` when it does. */
type Rule = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

/** The signers that kube-controller-manager runs, and what each demands (`pkg/controller/certificates/signer/signer.go`). */
export const SIGNER_RULES: Readonly<Record<string, Rule>> = {
  [SIGNERS.client]: (_request, usages) => clientUsageFault(usages),
  [SIGNERS.kubeletClient]: kubeletClientFault,
  [SIGNERS.kubeletServing]: kubeletServingFault,
  [SIGNERS.unknown]: () => undefined,
};

function clientUsageFault(usages: readonly string[]): string | undefined {
  const optional = ['digital signature', 'key encipherment'];
  const strange = usages.find((usage) => usage !== 'client auth' && !optional.includes(usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** Source of this and the next: `pkg/apis/certificates/helpers.go`. */
export function kubeletClientFault(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  if (!isNamedAsNode(request)) return 'subject common name does not begin with system:node:';
  return usageFault(usages, 'client auth');
}

function kubeletServingFault(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length === 0 && request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  const fault = usageFault(usages, 'server auth');
  return fault ?? (isNamedAsNode(request) ? undefined : 'subject common name does not begin with system:node:');
}

function isOfNodes({ subject }: CertificateRequest): boolean {
  const organizations = organizationsOf(subject);
  return organizations.length === 1 && organizations[0] === NODES;
}

function isNamedAsNode({ subject }: CertificateRequest): boolean {
  return commonNameOf(subject).startsWith(NODE_PREFIX);
}

/** Exactly these usages; RSA keys encipher too, others need not. */
function usageFault(usages: readonly string[], purpose: string): string | undefined {
  const asked = [...new Set(usages)].sort().join(',');
  const full = [purpose, 'digital signature', 'key encipherment'].sort();
  const short = [purpose, 'digital signature'].sort();
  return asked === full.join(',') || asked === short.join(',') ? undefined : `usages did not match [${full.join(' ')}]`;
}
