import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { quote } from '../validation/field.ts';
import { isPermittedFor } from './certificate-signers.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** Only who may approve for a signer approves or denies its requests (`plugin/pkg/admission/certificates/approval`). */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  resources: ['certificatesigningrequests.certificates.k8s.io'],
  subresources: ['approval'],
  operations: ['UPDATE'],
  validate({ call, object, previous = object }) {
    const { signerName } = previous.spec;
    if (isPermittedFor(call, 'approve', signerName)) return;
    const why = `user not permitted to approve requests with signerName ${quote(signerName)}`;
    refuse(forbidden(call.kind, object.metadata.name, why));
  },
};
