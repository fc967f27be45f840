import { compareQuantities } from '../../quota/resource-list.ts';
import { classOfClaim } from '../../volume/claim.ts';
import { requestOf } from '../../volume/matching.ts';
import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** Only bound claims of classes that allow it may grow. Source: `plugin/pkg/admission/storage/persistentvolume/resize`. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  resources: ['persistentvolumeclaims'],
  operations: ['UPDATE'],
  validate({ call, object: claim, previous }) {
    if (previous === undefined || compareQuantities(requestOf(claim), requestOf(previous)) <= 0) return;
    const { name } = claim.metadata;
    if (previous.status?.phase !== 'Bound')
      refuse(forbidden(call.kind, name, 'Only bound persistent volume claims can be expanded'));
    const className = classOfClaim(claim);
    const storageClass = call.turn.store.get('storageclasses.storage.k8s.io', '', className);
    if (className !== '' && className === classOfClaim(previous) && storageClass?.allowVolumeExpansion === true) return;
    const why =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    refuse(forbidden(call.kind, name, why));
  },
};
