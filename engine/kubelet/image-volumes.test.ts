import { expect, test } from 'vitest';
import { begin, container, create, events, isReady, log, session, shell, until } from './testing.ts';

/** A pod with an image as a volume beside its own. */
function createWith(reference: string, name = 'pod'): void {
  create(name, shell('ls /v/usr/share/nginx/html; sleep 600', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }), {
    volumes: [{ name: 'v', image: { reference } }],
  });
}

test('the image of a volume is pulled before the container that mounts it is made', () => {
  begin({ preloadedImages: false });
  createWith('nginx:1.25');
  until('pod', isReady, 120);
  const pulls = events('pod').filter((text) => /Pull/.test(text));
  expect(pulls.map((text) => text.replace(/ in [^)]*\).*/, ''))).toEqual([
    'Normal Pulling Pulling image "nginx:1.25"',
    'Normal Pulled Successfully pulled image "nginx:1.25"',
    'Normal Pulling Pulling image "busybox:1.36"',
    'Normal Pulled Successfully pulled image "busybox:1.36"',
  ]);
  session.advance(2000);
  expect(log('pod')).toBe('index.html\n');
});

test('an image of a volume that cannot be pulled keeps the container waiting', () => {
  createWith('nosuch:1');
  session.advance(3000);
  expect(container('pod').state.waiting.reason).toBe('ErrImagePull');
  session.advance(20_000);
  expect(container('pod').state.waiting).toMatchObject({
    reason: 'ImagePullBackOff',
    message: expect.stringMatching(/^Back-off pulling image "nosuch:1": ErrImagePull: /),
  });
  expect(events('pod').filter((text) => text.startsWith('Warning Failed Error'))).toContain(
    'Warning Failed Error: ErrImagePull',
  );
});
