import type { KubeObject } from '../object.ts';

/** What provisions volumes of a class: a program in a pod, known by its image. */
export interface Driver {
  /** As StorageClasses name it. */
  readonly provisioner: string;
  /** Part of the image's name. */
  readonly image: string;
  /** Volumes lie on the node of their first pod and stay there. */
  readonly isLocal: boolean;
  /** Whether volumes can grow. */
  readonly isExpandable: boolean;
  /** Where the data is. */
  readonly source: (name: string, claim: KubeObject) => object;
  readonly annotations: (node: string) => Readonly<Record<string, string>>;
}

/** Every provisioner there is; a new one is one new entry. */
export const DRIVERS: readonly Driver[] = [
  {
    provisioner: 'rancher.io/local-path',
    image: '/local-path-provisioner:',
    isLocal: true,
    isExpandable: false,
    source: (name, { metadata }) => ({
      hostPath: {
        path: `/opt/local-path-provisioner/${name}_${metadata.namespace}_${metadata.name}`,
        type: 'DirectoryOrCreate',
      },
    }),
    annotations: (node) => ({ 'local.path.provisioner/selected-node': node }),
  },
  {
    provisioner: 'hostpath.csi.k8s.io',
    image: '/hostpathplugin:',
    isLocal: false,
    isExpandable: true,
    source: (name) => ({ csi: { driver: 'hostpath.csi.k8s.io', volumeHandle: name } }),
    annotations: () => ({}),
  },
];

export function driverOf(provisioner: string | undefined): Driver | undefined {
  return DRIVERS.find((driver) => driver.provisioner === provisioner);
}
