import { binary, type Image, image } from './image.ts';

const CRASH = 'sleep "${AFTER:-5}"; exit "${CODE:-1}"';

/**
 * Images of our own, to try things with.
 *
 * - `orrery/app:1` answers HTTP on `$PORT` (8080) by running the sh script in `$APP_SCRIPT` or the file /app/app.sh for
 *   each request; see `app.ts` for what the script gets and gives. Without a script it says hello.
 * - `orrery/crash:1` ends with `$CODE` (1) after `$AFTER` (5) seconds.
 * - `orrery/load:1` requests `$URL` `$RATE` (1) times a second and prints every ten seconds what came back.
 */
export const ownImages: readonly Image[] = [
  image('docker.io/orrery/app', ['1', '2'], 5, {
    command: ['/app/serve'],
    directory: '/app',
    ports: [8080],
    files: { '/app/serve': binary('app'), '/app/request': binary('app-request') },
  }),
  image('docker.io/orrery/crash', ['1'], 3, { command: ['sh', '-c', CRASH] }),
  image('docker.io/orrery/load', ['1'], 4, { command: ['/load'], files: { '/load': binary('load') } }),
];
