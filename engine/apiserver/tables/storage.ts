import type { KubeObject } from '../../object.ts';
import { AGE, age, column, NAME, type Printer, UNSET, wideColumn } from './printer.ts';

/** Short names of access modes, in the order in which they are shown. */
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function accessModes(modes: readonly string[] | undefined): string {
  return Object.keys(MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => MODES[mode])
    .join(',');
}

function storageClass(object: KubeObject): string {
  return object.metadata.annotations?.[CLASS_ANNOTATION] ?? object.spec?.storageClassName ?? '';
}

export const persistentVolumes: Printer = {
  columns: [
    NAME,
    column('Capacity', 'Size of the volume.'),
    column('Access Modes', 'How it can be mounted.'),
    column('Reclaim Policy', 'What becomes of it once it is released.'),
    column('Status', 'Phase of the volume.'),
    column('Claim', 'The claim that has it.'),
    column('StorageClass', 'Class of the volume.'),
    column('VolumeAttributesClass', 'Class of its mutable settings.'),
    column('Reason', 'Why it is in its phase.'),
    AGE,
    wideColumn('VolumeMode', 'File system or raw block device.'),
  ],
  cells(volume, now) {
    const claim = volume.spec?.claimRef;
    return [
      volume.metadata.name,
      volume.spec?.capacity?.storage ?? '',
      accessModes(volume.spec?.accessModes),
      volume.spec?.persistentVolumeReclaimPolicy ?? '',
      volume.metadata.deletionTimestamp === undefined ? (volume.status?.phase ?? '') : 'Terminating',
      claim === undefined ? '' : `${claim.namespace ?? ''}/${claim.name ?? ''}`,
      storageClass(volume),
      volume.spec?.volumeAttributesClassName ?? UNSET,
      volume.status?.reason ?? '',
      age(volume, now),
      volume.spec?.volumeMode ?? UNSET,
    ];
  },
};

export const persistentVolumeClaims: Printer = {
  columns: [
    NAME,
    column('Status', 'Phase of the claim.'),
    column('Volume', 'The volume it has.'),
    column('Capacity', 'Size of the volume.'),
    column('Access Modes', 'How the volume can be mounted.'),
    column('StorageClass', 'Class that it asks for.'),
    column('VolumeAttributesClass', 'Class of mutable settings that it asks for.'),
    AGE,
    wideColumn('VolumeMode', 'File system or raw block device.'),
  ],
  cells(claim, now) {
    const isBound = Boolean(claim.spec?.volumeName);
    return [
      claim.metadata.name,
      claim.metadata.deletionTimestamp === undefined ? (claim.status?.phase ?? '') : 'Terminating',
      claim.spec?.volumeName ?? '',
      isBound ? (claim.status?.capacity?.storage ?? '0') : '',
      isBound ? accessModes(claim.status?.accessModes) : '',
      storageClass(claim),
      claim.spec?.volumeAttributesClassName ?? UNSET,
      age(claim, now),
      claim.spec?.volumeMode ?? UNSET,
    ];
  },
};

export const storageClasses: Printer = {
  columns: [
    NAME,
    column('Provisioner', 'Who makes volumes of the class.'),
    column('ReclaimPolicy', 'What becomes of released volumes.'),
    column('VolumeBindingMode', 'When volumes are made and bound.'),
    column('AllowVolumeExpansion', 'Whether volumes may grow.'),
    AGE,
  ],
  cells(object, now) {
    const isDefault = DEFAULT_CLASS.some((annotation) => object.metadata.annotations?.[annotation] === 'true');
    return [
      isDefault ? `${object.metadata.name} (default)` : object.metadata.name,
      object.provisioner ?? '',
      object.reclaimPolicy ?? 'Delete',
      object.volumeBindingMode ?? 'Immediate',
      object.allowVolumeExpansion ?? false,
      age(object, now),
    ];
  },
};

export const csiDrivers: Printer = {
  columns: [
    NAME,
    column('AttachRequired', 'Whether volumes are attached before they are mounted.', 'boolean'),
    column('PodInfoOnMount', 'Whether the driver is told about the pod.', 'boolean'),
    column('StorageCapacity', 'Whether the driver publishes how much it has left.', 'boolean'),
    column('TokenRequests', 'Audiences of the tokens it wants.'),
    column('RequiresRepublish', 'Whether mounts are renewed from time to time.', 'boolean'),
    column('Modes', 'Kinds of volumes it makes.'),
    AGE,
  ],
  cells: (driver, now) => [
    driver.metadata.name,
    driver.spec?.attachRequired ?? true,
    driver.spec?.podInfoOnMount ?? false,
    driver.spec?.storageCapacity ?? false,
    (driver.spec?.tokenRequests ?? []).map(({ audience }: { audience: string }) => audience).join(',') || UNSET,
    driver.spec?.requiresRepublish ?? false,
    (driver.spec?.volumeLifecycleModes ?? []).join(',') || '<none>',
    age(driver, now),
  ],
};

export const csiNodes: Printer = {
  columns: [NAME, column('Drivers', 'Number of drivers on the node.', 'integer'), AGE],
  cells: (node, now) => [node.metadata.name, node.spec?.drivers?.length ?? 0, age(node, now)],
};

export const volumeAttributesClasses: Printer = {
  columns: [NAME, column('DriverName', 'The driver that the settings are for.'), AGE],
  cells: (object, now) => [object.metadata.name, object.driverName ?? '', age(object, now)],
};

export const csiStorageCapacities: Printer = {
  columns: [
    NAME,
    column('StorageClassName', 'The class of the volumes.'),
    column('Capacity', 'How much there is left.'),
  ],
  cells: (capacity) => [capacity.metadata.name, capacity.storageClassName ?? '', capacity.capacity ?? UNSET],
};

export const volumeAttachments: Printer = {
  columns: [
    NAME,
    column('Attacher', 'Who attaches the volume.'),
    column('PV', 'The volume.'),
    column('Node', 'The node it is attached to.'),
    column('Attached', 'Whether it is attached.', 'boolean'),
    AGE,
  ],
  cells: (attachment, now) => [
    attachment.metadata.name,
    attachment.spec?.attacher ?? '',
    attachment.spec?.source?.persistentVolumeName ?? '',
    attachment.spec?.nodeName ?? '',
    attachment.status?.attached === true,
    age(attachment, now),
  ],
};
