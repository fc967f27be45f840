import { expect, test } from 'vitest';
import type { ApiRequest } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import type { Component } from '../sim/component.ts';
import { momentOf } from '../sim/moment.ts';
import { Registry } from '../sim/processes.ts';
import { TEST_TIME } from '../sim/testing.ts';
import { Timeline } from '../sim/timeline.ts';
import { nodeInfo } from './cache.ts';
import { decisionRecord } from './decision-record.ts';
import { scheduler } from './scheduler.ts';
import { requesting, testNode, testPod } from './testing.ts';

/** Binds pods, takes everything else as done. */
const apiServer: Component = {
  name: 'kube-apiserver',
  serve(turn, request) {
    const { path, body } = request as ApiRequest;
    const name = /\/pods\/([^/]+)\/binding$/.exec(path)?.[1];
    const pod = name && turn.store.at('pods').get('default', name);
    if (pod) {
      const { target } = body as KubeObject;
      turn.store.put('pods', 'default', name, { ...pod, spec: { ...pod.spec, nodeName: target.name } });
    }
    return { code: 201, body: { metadata: {} } };
  },
};

function run(timeline: Timeline): void {
  while (!timeline.isSettled) timeline.runNext(TEST_TIME + 60_000);
}

test('a restarted scheduler knows what is on the nodes', () => {
  const timeline = new Timeline(new Registry([apiServer, scheduler]), 1, TEST_TIME);
  timeline.start('kube-apiserver');
  timeline.start('kube-scheduler');
  for (const name of ['n-1', 'n-2', 'n-3']) timeline.store.put('nodes', '', name, testNode(name));
  for (let index = 0; index < 9; index++) {
    timeline.store.put('pods', 'default', `p-${index}`, testPod(`p-${index}`, requesting({ cpu: '1' })));
  }
  run(timeline);
  const before = ['n-1', 'n-2', 'n-3'].map((name) => nodeInfo(timeline.memory('kube-scheduler'), name));
  timeline.stop('kube-scheduler');
  expect(timeline.memory('kube-scheduler').keys('')).toEqual([]);
  timeline.store.put('pods', 'default', 'late', testPod('late', requesting({ cpu: '1' })));
  timeline.start('kube-scheduler');
  timeline.runNext(TEST_TIME + 60_000);
  timeline.runNext(TEST_TIME + 60_000);
  const after = ['n-1', 'n-2', 'n-3'].map((name) => nodeInfo(timeline.memory('kube-scheduler'), name));
  expect(after).toEqual(before);
  run(timeline);
  expect(timeline.store.at('pods').get('default', 'late')?.spec.nodeName).toBeDefined();
});

test('every decision of a run can be recomputed from history, long after', () => {
  const timeline = new Timeline(new Registry([apiServer, scheduler]), 1, TEST_TIME);
  timeline.start('kube-apiserver');
  timeline.start('kube-scheduler');
  for (let index = 0; index < 20; index++) {
    timeline.store.put('nodes', '', `n-${index}`, testNode(`n-${index}`, {}, {}, { cpu: String(1 + (index % 4)) }));
  }
  const names = Array.from({ length: 60 }, (_, index) => `p-${index}`);
  for (const [index, name] of names.entries()) {
    const requests = { cpu: `${100 + 150 * (index % 5)}m`, memory: '128Mi' };
    timeline.store.put('pods', 'default', name, testPod(name, requesting(requests)));
  }
  run(timeline);
  const history = {
    head: { step: timeline.step },
    trace: (from = 1, to = timeline.step) => timeline.trace.slice(from - 1, to),
    moment: (step = timeline.step) => momentOf(timeline, step),
  };
  for (const name of names) {
    const record = decisionRecord(history, 'default', name);
    const bound = timeline.store.at('pods').get('default', name)?.spec.nodeName;
    expect(record?.decision.node).toBe(bound);
    expect(record?.explanation.best).toContain(bound);
    expect(record?.explanation.nodes.filter(({ outcome }) => outcome === 'feasible')).toHaveLength(
      record?.decision.feasible ?? -1,
    );
  }
  expect(decisionRecord(history, 'default', 'nobody')).toBeUndefined();
  expect(decisionRecord(history, 'default', 'p-59', 3)).toBeUndefined();
});
