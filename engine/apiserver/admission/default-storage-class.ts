import { defaultClass, hasClass } from '../../volume/claim.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** A claim that names no class gets the default one, if there is one. Source: `plugin/pkg/admission/storage/storageclass/setdefault`. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],
  operations: ['CREATE'],
  admit({ call, object: claim }) {
    if (hasClass(claim)) return claim;
    const chosen = defaultClass(call.turn.store.at('storageclasses.storage.k8s.io').list());
    if (chosen === undefined) return claim;
    return { ...claim, spec: { ...claim.spec, storageClassName: chosen.metadata.name } };
  },
};
