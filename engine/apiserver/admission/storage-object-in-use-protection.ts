import type { AdmissionPlugin } from './plugin.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

/**
 * Claims, volumes and their attributes stay until nobody uses them: the protection controllers take the finalizer off.
 * Source: `plugin/pkg/admission/storage/storageobjectinuseprotection`.
 */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  resources: Object.keys(FINALIZERS),
  operations: ['CREATE'],
  admit({ call, object }) {
    const finalizer = FINALIZERS[call.kind.resource] as string;
    const present = object.metadata.finalizers ?? [];
    if (present.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...present, finalizer] } };
  },
};
