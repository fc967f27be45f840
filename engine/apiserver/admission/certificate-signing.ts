import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { isEqual } from '../equality.ts';
import { forbidden } from '../errors.ts';
import { quote } from '../validation/field.ts';
import { isPermittedFor } from './certificate-signers.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** Only who may sign for a signer issues a certificate or says that it failed (`plugin/pkg/admission/certificates/signing`). */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  resources: ['certificatesigningrequests.certificates.k8s.io'],
  subresources: ['status'],
  operations: ['UPDATE'],
  validate({ call, object, previous = object }) {
    const isSame =
      object.status?.certificate === previous.status?.certificate && isEqual(failures(object), failures(previous));
    const { signerName } = previous.spec;
    if (isSame || isPermittedFor(call, 'sign', signerName)) return;
    const why = `user not permitted to sign requests with signerName ${quote(signerName)}`;
    refuse(forbidden(call.kind, object.metadata.name, why));
  },
};

function failures({ status }: KubeObject): readonly unknown[] {
  return (status?.conditions ?? []).filter(({ type }: { readonly type: string }) => type === 'Failed');
}
