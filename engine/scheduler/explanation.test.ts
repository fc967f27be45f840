import { expect, test } from 'vitest';
import { explainScheduling, schedulingDecision } from './explanation.ts';
import { requesting, SchedulerHarness, testNode, testPod } from './testing.ts';

test('an explanation names the node that was chosen, plugin by plugin', () => {
  const harness = new SchedulerHarness();
  harness.put('nodes', testNode('full', {}, {}, { cpu: '1' }));
  harness.put('nodes', testNode('tainted', {}, { taints: [{ key: 'a', effect: 'NoSchedule' }] }));
  harness.put('nodes', testNode('small', {}, {}, { cpu: '2' }));
  harness.put('nodes', testNode('large', {}, {}, { cpu: '8' }));
  harness.put('pods', testPod('first', { nodeName: 'full', ...requesting({ cpu: '900m' }) }));
  const pod = testPod('web', requesting({ cpu: '500m', memory: '1Gi' }));
  harness.put('pods', pod);
  const table = explainScheduling(harness.turn.memory, (resource) => harness.turn.cache(resource), pod);
  harness.run();

  expect(table.best).toEqual([harness.nodeOf('web')]);
  expect(schedulingDecision(harness.turn.memory, pod)).toMatchObject({ node: 'large', feasible: 2, evaluated: 4 });
  expect(table.nodes.map(({ node, outcome }) => `${node} ${outcome}`)).toEqual([
    'full rejected',
    'tainted rejected',
    'small feasible',
    'large feasible',
  ]);
  const verdict = (node: string, plugin: string) =>
    table.nodes.find((row) => row.node === node)?.filters.find((filter) => filter.plugin === plugin);
  expect(verdict('full', 'NodeResourcesFit')).toEqual({
    plugin: 'NodeResourcesFit',
    verdict: 'rejected',
    reasons: ['Insufficient cpu'],
  });
  expect(verdict('tainted', 'TaintToleration')?.reasons).toEqual(['node(s) had untolerated taint(s)']);
  expect(verdict('large', 'NodePorts')?.verdict).toBe('skipped');
  // small: cpu (2000 - 500) / 2000 is 75, memory (8 - 1) / 8 is 87; large: 93 and 87.
  const fitScore = (node: string) =>
    table.nodes.find((row) => row.node === node)?.scores.find(({ plugin }) => plugin === 'NodeResourcesFit');
  expect(fitScore('small')).toEqual({ plugin: 'NodeResourcesFit', raw: 81, normalized: 81, weight: 1, weighted: 81 });
  expect(fitScore('large')?.normalized).toBe(90);
});

test('an unschedulable pod has a row for every node and no best one', () => {
  const harness = new SchedulerHarness();
  harness.put('nodes', testNode('n-1'));
  const pod = testPod('hog', requesting({ cpu: '64' }));
  harness.put('pods', pod);
  const table = explainScheduling(harness.turn.memory, (resource) => harness.turn.cache(resource), pod);
  expect(table).toMatchObject({
    pod: 'default/hog',
    best: [],
    nodes: [{ node: 'n-1', outcome: 'rejected', scores: [], total: 0 }],
  });
});
