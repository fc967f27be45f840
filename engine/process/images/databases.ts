import { BASH, binary, type Image, image, shellsOf } from './image.ts';

/** Images that keep data. */
export const databaseImages: readonly Image[] = [
  ...['6', '6.2', '7', '7.0', '7.2', '7.4', '7-alpine', '7.2-alpine'].map((tag) =>
    image('docker.io/library/redis', [tag], 45, {
      command: ['redis-server'],
      directory: '/data',
      ports: [6379],
      files: {
        ...shellsOf(tag),
        '/usr/local/bin/redis-server': binary('redis-server'),
        '/usr/local/bin/redis-cli': binary('redis-cli'),
        '/data': { type: 'directory', mode: 0o755 },
      },
    }),
  ),
  image('docker.io/library/mysql', ['5.7', '8', '8.0', '8.4'], 170, {
    command: ['mysqld'],
    ports: [3306],
    files: { ...BASH, '/usr/sbin/mysqld': binary('mysqld') },
  }),
  image('docker.io/library/postgres', ['13', '14', '15', '16', '17'], 150, {
    command: ['postgres'],
    ports: [5432],
    files: { ...BASH, '/usr/local/bin/postgres': binary('postgres') },
  }),
];
