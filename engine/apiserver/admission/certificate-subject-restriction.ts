import { base64Decode } from '../../base64.ts';
import { organizationsOf } from '../../certificates/name.ts';
import { parseCertificateRequest } from '../../certificates/request.ts';
import { PRIVILEGED_GROUP } from '../authentication/names.ts';
import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from './plugin.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';

/** Nobody asks to be in `system:masters` (`plugin/pkg/admission/certificates/subjectrestriction`). */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  resources: ['certificatesigningrequests.certificates.k8s.io'],
  operations: ['CREATE'],
  validate({ call, object }) {
    if (object.spec.signerName !== SIGNER) return;
    const request = parseCertificateRequest(base64Decode(object.spec.request) ?? '');
    const why =
      'fault' in request
        ? `failed to parse CSR: ${request.fault}`
        : organizationsOf(request.subject).includes(PRIVILEGED_GROUP)
          ? `use of ${SIGNER} signer with ${PRIVILEGED_GROUP} group is not allowed`
          : undefined;
    if (why !== undefined) refuse(forbidden(call.kind, object.metadata.name, why));
  },
};
