// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** A line of a volume: its label, and the field (or what is made of the source). */
type Line = readonly [label: string, value: string | ((source: Any) => unknown)];

/** What is written of one kind of volume. */
interface VolumeSource {
  readonly type: string;
  readonly lines: readonly Line[];
}

const FILE_SYSTEM: Line = ['FSType', (source) => source.fsType ?? ''];
const READ_ONLY: Line = ['ReadOnly', (source) => source.readOnly ?? false];
const OPTIONAL: Line = ['Optional', (source) => source.optional ?? false];
const SECRET: Line = ['SecretRef', (source) => reference(source.secretRef)];

/** Go's `%v` of a pointer to a reference. */
function reference(secret: Any): string {
  if (!secret) return 'nil';
  return secret.namespace === undefined
    ? `&LocalObjectReference{Name:${secret.name},}`
    : `&SecretReference{Name:${secret.name ?? ''},Namespace:${secret.namespace},}`;
}

/** Go's `%v` of a slice. */
function slice(values: readonly unknown[] | undefined): string {
  return `[${(values ?? []).join(' ')}]`;
}

const ISCSI: VolumeSource = {
  type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
  lines: [
    ['TargetPortal', 'targetPortal'],
    ['IQN', 'iqn'],
    ['Lun', (source) => source.lun ?? 0],
    ['ISCSIInterface', 'iscsiInterface'],
    FILE_SYSTEM,
    READ_ONLY,
    ['Portals', (source) => slice(source.portals)],
    ['DiscoveryCHAPAuth', (source) => source.chapAuthDiscovery ?? false],
    ['SessionCHAPAuth', (source) => source.chapAuthSession ?? false],
    SECRET,
    ['InitiatorName', (source) => source.initiatorName ?? '<none>'],
  ],
};

/** Volumes by their field. Source: `k8s.io/kubectl/pkg/describe/describe.go`, `print…VolumeSource`. */
const SOURCES: Readonly<Record<string, VolumeSource>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    lines: [
      ['Path', 'path'],
      ['HostPathType', (source) => source.type ?? '<none>'],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    lines: [
      ['Medium', 'medium'],
      ['SizeLimit', (source) => (source.sizeLimit && source.sizeLimit !== '0' ? source.sizeLimit : '<unset>')],
    ],
  },
  configMap: { type: 'ConfigMap (a volume populated by a ConfigMap)', lines: [['Name', 'name'], OPTIONAL] },
  secret: { type: 'Secret (a volume populated by a Secret)', lines: [['SecretName', 'secretName'], OPTIONAL] },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    lines: [['ClaimName', 'claimName'], READ_ONLY],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    lines: [['Server', 'server'], ['Path', 'path'], READ_ONLY],
  },
  local: { type: 'LocalVolume (a persistent volume backed by local storage on a node)', lines: [['Path', 'path']] },
  image: {
    type: 'Image (a container image or OCI artifact)',
    lines: [
      ['Reference', 'reference'],
      ['PullPolicy', 'pullPolicy'],
    ],
  },
  gitRepo: {
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    lines: [
      ['Repository', 'repository'],
      ['Revision', 'revision'],
    ],
  },
  iscsi: ISCSI,
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    lines: [
      ['Monitors', (source) => slice(source.monitors)],
      ['Path', 'path'],
      ['User', 'user'],
      ['SecretFile', 'secretFile'],
      SECRET,
      READ_ONLY,
    ],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    lines: [
      ['CephMonitors', (source) => slice(source.monitors)],
      ['RBDImage', 'image'],
      FILE_SYSTEM,
      ['RBDPool', 'pool'],
      ['RadosUser', 'user'],
      ['Keyring', 'keyring'],
      SECRET,
      READ_ONLY,
    ],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    lines: [
      ['TargetWWNs', (source) => (source.targetWWNs ?? []).join(', ')],
      ['LUN', (source) => source.lun ?? '<none>'],
      FILE_SYSTEM,
      READ_ONLY,
    ],
  },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    lines: [['PDName', 'pdName'], FILE_SYSTEM, ['Partition', (source) => source.partition ?? 0], READ_ONLY],
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    lines: [['VolumeID', 'volumeID'], FILE_SYSTEM, ['Partition', (source) => source.partition ?? 0], READ_ONLY],
  },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    lines: [['SecretName', 'secretName'], ['ShareName', 'shareName'], READ_ONLY],
  },
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    lines: [
      ['DiskName', 'diskName'],
      ['DiskURI', 'diskURI'],
      ['Kind', 'kind'],
      FILE_SYSTEM,
      ['CachingMode', 'cachingMode'],
      READ_ONLY,
    ],
  },
  vsphereVolume: {
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    lines: [['VolumePath', 'volumePath'], FILE_SYSTEM, ['StoragePolicyName', 'storagePolicyName']],
  },
  cinder: {
    type: 'Cinder (a Persistent Disk resource in OpenStack)',
    lines: [['VolumeID', 'volumeID'], FILE_SYSTEM, READ_ONLY, SECRET],
  },
  portworxVolume: {
    type: 'PortworxVolume (a Portworx Volume resource)',
    lines: [['VolumeID', 'volumeID']],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    lines: [['EndpointsName', 'endpoints'], ['Path', 'path'], READ_ONLY],
  },
};

/** The lines of a volume (of a pod, or of a PersistentVolume), cells separated by tabs; undefined for an unknown kind. */
export function volumeSourceLines(volume: Any): string[] | undefined {
  if (volume.csi) return csiLines(volume.csi);
  if (volume.downwardAPI) {
    return [
      'Type:\tDownwardAPI (a volume populated by information about the pod)',
      'Items:',
      ...items(volume.downwardAPI),
    ];
  }
  if (volume.projected) {
    const title = 'Type:\tProjected (a volume that contains injected data from multiple sources)';
    return [title, ...(volume.projected.sources ?? []).flatMap(projectedLines)];
  }
  const kind = Object.keys(SOURCES).find((name) => volume[name] !== undefined);
  if (!kind) return undefined;
  const { type, lines } = SOURCES[kind] as VolumeSource;
  const source = volume[kind];
  const value = (field: Line[1]) => (typeof field === 'string' ? (source[field] ?? '') : field(source));
  return [
    `Type:\t${type}`,
    ...lines.map(([label, field]) => `${label}${label === 'ISCSIInterface' ? '' : ':'}\t${value(field)}`),
  ];
}

function csiLines(csi: Any): string[] {
  const attributes = Object.keys(csi.volumeAttributes ?? {})
    .sort()
    .map((key) => `${key}=${csi.volumeAttributes[key]}`);
  return [
    'Type:\tCSI (a Container Storage Interface (CSI) volume source)',
    `Driver:\t${csi.driver}`,
    `FSType:\t${csi.fsType ?? ''}`,
    ...(csi.volumeHandle === undefined ? [] : [`VolumeHandle:\t${csi.volumeHandle}`]),
    `ReadOnly:\t${csi.readOnly ?? false}`,
    `VolumeAttributes:\t${attributes.length === 0 ? '<none>' : `    ${attributes.join(`\n${' '.repeat(8)}\t    `)}`}`,
  ];
}

function items(source: Any): string[] {
  return ((source.items ?? []) as Any[]).map((item) =>
    item.fieldRef
      ? `  ${item.fieldRef.fieldPath} -> ${item.path}`
      : `  ${item.resourceFieldRef?.resource} -> ${item.path}`,
  );
}

function projectedLines(source: Any): string[] {
  if (source.secret) return [`SecretName:\t${source.secret.name}`, `Optional:\t${source.secret.optional ?? false}`];
  if (source.downwardAPI) return ['DownwardAPI:\ttrue'];
  if (source.configMap)
    return [`ConfigMapName:\t${source.configMap.name}`, `Optional:\t${source.configMap.optional ?? false}`];
  if (source.serviceAccountToken)
    return [`TokenExpirationSeconds:\t${source.serviceAccountToken.expirationSeconds ?? 3600}`];
  return [];
}
