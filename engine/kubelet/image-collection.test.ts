import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { begin, configureKubelet, create, isReady, PODS, request, session, shell, until } from './testing.ts';

const GIBIBYTE = 2 ** 30;
const HOUR = 3_600_000;

const has = (image: string): boolean =>
  session.moment().memory('containerd/node-1').get(`image/docker.io/library/${image}`) === true;

function events(reason: string): string[] {
  const { items } = request('GET', '/api/v1/namespaces/default/events').body as { items: KubeObject[] };
  return items.filter((event) => event.reason === reason).map(({ message }) => message as string);
}

/** A node with a registry and a disk of so many GiB. */
function emptyNode(gibibytes: number): void {
  const machine = {
    name: 'node-1',
    cpu: 2,
    memoryBytes: 16 * GIBIBYTE,
    diskBytes: gibibytes * GIBIBYTE,
    address: '10.77.0.1',
  };
  begin({ preloadedImages: false, machines: [machine] });
}

test('an image that nobody has used for as long as is set goes; a used one stays', () => {
  emptyNode(100);
  configureKubelet('imageMaximumGCAge: 1h');
  create('passing', { image: 'nginx:1.25' });
  create('lasting', shell('sleep 360000'));
  until('passing', isReady);
  until('lasting', isReady);
  expect(has('nginx:1.25')).toBe(true);
  session.advance(2 * HOUR);
  expect(has('nginx:1.25')).toBe(true);
  request('DELETE', `${PODS}/passing`);
  session.advance(HOUR - 400_000);
  expect(has('nginx:1.25')).toBe(true);
  session.advance(800_000);
  expect(has('nginx:1.25')).toBe(false);
  expect(has('busybox:1.36')).toBe(true);
});

test('a disk above the high threshold loses unused images, the one unused for longest first', () => {
  emptyNode(10);
  // 2 GiB are the system's, the eviction thresholds are out of the way.
  configureKubelet('evictionHard: {memory.available: 100Mi}');
  for (const image of ['httpd:2.4', 'nginx:1.25']) {
    create('passing', { image });
    until('passing', isReady);
    request('DELETE', `${PODS}/passing`);
    session.until((now) => now.moment().reader('pods').get('default', 'passing') === undefined, 60_000);
    session.advance(130_000);
  }
  create(
    'big',
    shell('dd if=/dev/zero of=/data/f bs=1M count=6650; sleep 360000', {
      volumeMounts: [{ name: 'v', mountPath: '/data' }],
    }),
    {
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  );
  until('big', isReady);
  session.advance(700_000);
  expect([has('httpd:2.4'), has('nginx:1.25')]).toEqual([false, false]);
  expect(has('busybox:1.36')).toBe(true);
  expect(events('FreeDiskSpaceFailed')[0]).toMatch(
    /^Insufficient free disk space on the node's image filesystem \(8\d\.\d% of 10\.0 GiB used\)\. Failed to free sufficient space by deleting unused images\. Consider/,
  );
  expect(events('ImageGCFailed')[0]).toMatch(
    /^Failed to garbage collect required amount of images\. Attempted to free \d+ bytes, but only found 0 bytes eligible to free\.$/,
  );
});
