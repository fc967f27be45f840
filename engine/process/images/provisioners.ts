import { binary, type Image, image } from './image.ts';

/** Provisioners of volumes: their pods only have to be there, the component `external-provisioner` does their work. */
export const provisionerImages: readonly Image[] = [
  image('docker.io/rancher/local-path-provisioner', ['v0.0.30', 'v0.0.31', 'v0.0.32'], 18, {
    command: ['local-path-provisioner'],
    tools: false,
    files: { '/usr/bin/local-path-provisioner': binary('pause') },
  }),
  image('registry.k8s.io/sig-storage/hostpathplugin', ['v1.15.0', 'v1.16.1', 'v1.17.0'], 30, {
    entrypoint: ['/hostpathplugin'],
    command: [],
    tools: false,
    files: { '/hostpathplugin': binary('pause') },
  }),
];
