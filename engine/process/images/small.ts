import { BASH, binary, type Image, image } from './image.ts';

/** Images that hold a shell or one small program. */
export const smallImages: readonly Image[] = [
  image('docker.io/library/busybox', ['1.28', '1.34', '1.35', '1.36', '1.36.1', '1.37'], 2.2),
  image('docker.io/library/alpine', ['3.17', '3.18', '3.19', '3.20', '3.21'], 3.6, {
    command: ['/bin/sh'],
    files: { '/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\n' },
  }),
  image('docker.io/library/debian', ['11', '12', '12-slim', '13', 'bookworm', 'bookworm-slim'], 48, {
    command: ['bash'],
    files: {
      ...BASH,
      '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n',
    },
  }),
  image('docker.io/library/ubuntu', ['20.04', '22.04', '24.04', 'jammy', 'noble'], 30, {
    command: ['/bin/bash'],
    files: { ...BASH, '/etc/os-release': 'PRETTY_NAME="Ubuntu"\nNAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n' },
  }),
  image('docker.io/library/hello-world', ['latest', 'linux'], 0.01, {
    entrypoint: ['echo'],
    command: ['Hello from Docker!'],
  }),
  image('registry.k8s.io/pause', ['3.9', '3.10', '3.10.1'], 0.3, {
    command: ['/pause'],
    tools: false,
    files: { '/pause': binary('pause') },
  }),
];
