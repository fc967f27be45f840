import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { nextRandom } from '../sim/random.ts';
import type { ContainerStatus } from './container-status.ts';
import type { PodCell } from './pod.ts';
import type { ContainerRecord, Sandbox } from './runtime/cri.ts';
import { begin, create, isReady, PODS, request, session, shell } from './testing.ts';

const SEEDS = 15;
const ROUNDS = 12;
const NODE = 'node-1';

/** Pods of every kind of life; all of them can be ready, or be over, in the end. */
const LIVES: readonly (readonly [container: object, spec?: object])[] = [
  [{ image: 'nginx:1.25' }],
  [shell('sleep 3600'), { terminationGracePeriodSeconds: 3 }],
  [shell('sleep 2'), { restartPolicy: 'Never' }],
  [shell('sleep 2; exit 1'), { restartPolicy: 'Never' }],
  [shell('sleep 3600', { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } })],
  [{ image: 'nginx:1.25', livenessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } }],
  [shell('sleep 3600', { lifecycle: { postStart: { exec: { command: ['sleep', '2'] } } } })],
  [
    shell('sleep 3600', { lifecycle: { preStop: { exec: { command: ['sleep', '2'] } } } }),
    { terminationGracePeriodSeconds: 4 },
  ],
  [shell('sleep 3600'), { initContainers: [{ name: 'i', image: 'busybox:1.36', command: ['sleep', '1'] }] }],
  [
    shell('sleep 3600'),
    { initContainers: [{ name: 's', image: 'busybox:1.36', command: ['sleep', '3600'], restartPolicy: 'Always' }] },
  ],
  [shell('sleep 3600', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }), { volumes: [{ name: 'v', emptyDir: {} }] }],
];

function pods(): readonly KubeObject[] {
  return (request('GET', PODS).body as { items: readonly KubeObject[] }).items;
}

const isOver = ({ status }: KubeObject): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Something happens to the node, its processes, its links or its pods. */
function disturb(pick: (count: number) => number, round: number): void {
  const process = ['kubelet', 'containerd'][pick(2)] as string;
  switch (pick(6)) {
    case 0:
      session.input('world', { kind: 'stop', component: `${process}/${NODE}` });
      session.advance(pick(15_000));
      session.input('world', { kind: 'start', component: `${process}/${NODE}` });
      break;
    case 1:
      session.input('world', { kind: 'cut', from: `kubelet/${NODE}`, to: 'kube-apiserver' });
      session.advance(pick(20_000));
      session.input('world', { kind: 'heal', from: `kubelet/${NODE}`, to: 'kube-apiserver' });
      break;
    case 2: {
      const [container, spec] = LIVES[pick(LIVES.length)] as (typeof LIVES)[number];
      create(`more-${round}`, container, spec);
      break;
    }
    default: {
      const all = pods();
      const name = all[pick(Math.max(1, all.length))]?.metadata.name;
      if (name !== undefined)
        request('DELETE', `${PODS}/${name}`, pick(3) === 0 ? { gracePeriodSeconds: 0 } : undefined);
    }
  }
  session.advance(pick(4000));
}

/** What must be true of a node at rest: what it says, what it runs, and what it remembers are the same. */
function faults(): string[] {
  const kubelet = session.moment().memory(`kubelet/${NODE}`);
  const runtime = session.moment().memory(`containerd/${NODE}`);
  const found: string[] = [];
  const known = new Map(pods().map((pod) => [pod.metadata.uid, pod]));
  for (const pod of known.values()) {
    const { name, uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp) found.push(`${name} is not gone`);
    else if (!isReady(pod) && !isOver(pod)) found.push(`${name} is ${pod.status.phase}, neither ready nor over`);
    const statuses: readonly ContainerStatus[] = [
      ...(pod.status.containerStatuses ?? []),
      ...(pod.status.initContainerStatuses ?? []),
    ];
    for (const status of statuses) {
      const record = runtime.get<ContainerRecord>(
        `container/${String(status.containerID).slice('containerd://'.length)}`,
      );
      if (record === undefined) found.push(`${name}/${status.name} has a container that is not there`);
      else if ((record.state === 'running') !== (status.state.running !== undefined))
        found.push(`${name}/${status.name} is ${record.state}, its status says ${Object.keys(status.state)}`);
    }
    if (kubelet.get<PodCell>(`pod/${uid}`) === undefined) found.push(`${name} is forgotten`);
  }
  const addresses: string[] = [];
  for (const key of runtime.keys('sandbox/')) {
    const { uid, name, address, state } = runtime.get<Sandbox>(key) as Sandbox;
    if (!known.has(uid)) found.push(`sandbox of ${name} is left`);
    if (state === 'ready') addresses.push(address);
  }
  if (new Set(addresses).size !== addresses.length) found.push(`addresses twice: ${addresses}`);
  if (runtime.keys('cni/address/').length !== addresses.length) found.push('addresses are lost');
  for (const prefix of ['container/', 'machine/'])
    for (const key of runtime.keys(prefix)) {
      const record = runtime.get<ContainerRecord>(`container/${key.slice(prefix.length)}`);
      if (record !== undefined && !known.has(record.uid)) found.push(`${key} of a pod that is gone`);
    }
  for (const prefix of ['pod/', 'probe/', 'volume/', 'stop/', 'claim/'])
    for (const key of kubelet.keys(prefix)) {
      const uid = key.slice(prefix.length).split('/')[0] as string;
      if (!known.has(uid)) found.push(`${key} of a pod that is gone`);
    }
  const running = [...known.values()].filter((pod) => !isOver(pod)).length;
  const counted = kubelet.get<Record<string, number>>('requested')?.pods ?? 0;
  if (counted !== running) found.push(`${counted} pods are counted, ${running} run`);
  return found;
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
  'after random faults all is as wanted (seed %i)',
  (seed) => {
    begin({ seed });
    let state = seed;
    const pick = (count: number): number => {
      const { value, seed: next } = nextRandom(state);
      state = next;
      return Math.floor(value * count);
    };
    LIVES.forEach(([container, spec], index) => {
      create(`pod-${index}`, container, spec);
      if (pick(2) === 0) session.advance(pick(500));
    });
    session.advance(pick(3000));
    for (let round = 0; round < ROUNDS; round++) disturb(pick, round);
    session.advance(400_000);
    expect(session.trace().flatMap(({ component, failure }) => (failure ? [`${component}: ${failure}`] : []))).toEqual(
      [],
    );
    expect(faults()).toEqual([]);
  },
);
