import { expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { syncPod } from './controller.ts';

const SPEC = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu' } }] } };
const CLAIMS = 'resourceclaims.resource.k8s.io';
const OWNER = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'uid-web', controller: true };

const podWith = (status: object = {}): KubeObject =>
  testPod('web', undefined, {
    spec: { resourceClaims: [{ name: 'card', resourceClaimTemplateName: 'one-gpu' }] },
    status,
  });
const TEMPLATE = {
  ...testObject('resource.k8s.io/v1', 'ResourceClaimTemplate', { name: 'one-gpu' }),
  spec: { metadata: { labels: { a: 'b' } }, spec: SPEC },
};
const OWN = testObject('resource.k8s.io/v1', 'ResourceClaim', {
  name: 'web-card-x',
  annotations: { 'resource.kubernetes.io/pod-claim-name': 'card' },
  ownerReferences: [OWNER],
});

function turnWith(pod: KubeObject, claims: readonly KubeObject[], templates: readonly KubeObject[]): FakeTurn {
  return fakeTurn({ objects: { pods: [pod], [CLAIMS]: claims, 'resourceclaimtemplates.resource.k8s.io': templates } });
}

const run = (turn: FakeTurn): void => syncPod(turn, controllerClient(turn), 'default/web');

it('makes a claim from a template', () => {
  const turn = turnWith(podWith(), [], [TEMPLATE]);
  run(turn);
  expect(turn.bodies('/resourceclaims')).toMatchObject([
    {
      metadata: {
        generateName: 'web-card-',
        labels: { a: 'b' },
        annotations: { 'resource.kubernetes.io/pod-claim-name': 'card' },
        ownerReferences: [{ kind: 'Pod', uid: 'uid-web' }],
      },
      spec: SPEC,
    },
  ]);
});

it('writes a claim of the pod in its status, once', () => {
  const statuses = [{ name: 'card', resourceClaimName: 'web-card-x' }];
  const turn = turnWith(podWith(), [OWN], [TEMPLATE]);
  run(turn);
  expect(turn.bodies('/pods/web/status')).toEqual([{ status: { resourceClaimStatuses: statuses } }]);
  const quiet = turnWith(podWith({ resourceClaimStatuses: statuses }), [OWN], [TEMPLATE]);
  run(quiet);
  expect(quiet.writes()).toEqual([]);
});

it('tells of a template that is missing', () => {
  const turn = turnWith(podWith(), [], []);
  expect(() => run(turn)).toThrow(SyncError);
  expect(turn.bodies('/events')[0]?.message).toBe(
    'PodResourceClaim card: resource claim template "one-gpu": resourceclaimtemplate.resource.k8s.io "one-gpu" not found',
  );
});
