import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { ControlPlane } from './testing.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MAPS = '/api/v1/namespaces/default/configmaps';
const QUOTAS = '/api/v1/namespaces/default/resourcequotas';
const WIDGETS = '/apis/example.com/v1alpha1/namespaces/default/widgets';
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const CONTAINER = { name: 'c', image: 'nginx:1.25' };
const MERGE = 'application/merge-patch+json';
const COLLECTOR = 'kube-controller-manager/generic-garbage-collector';
const RESOURCE = 'widgets.example.com';

/** What is served may be known half a minute later. */
const UNTIL_KNOWN = 31_000;

function definition(subresources: object = {}): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: RESOURCE },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema, subresources }],
    },
  };
}

function withWidgets(subresources?: object): ControlPlane {
  const plane = new ControlPlane();
  plane.request('POST', DEFINITIONS, definition(subresources));
  plane.session.advance(UNTIL_KNOWN);
  return plane;
}

function widget(plane: ControlPlane, name: string, owner?: KubeObject): KubeObject {
  const metadata = { name, ...(owner ? { ownerReferences: [reference(owner)] } : {}) };
  return plane.request('POST', WIDGETS, { apiVersion: 'example.com/v1alpha1', kind: 'Widget', metadata });
}

function map(plane: ControlPlane, name: string, owner?: KubeObject): KubeObject {
  const metadata = { name, ...(owner ? { ownerReferences: [reference(owner)] } : {}) };
  return plane.request('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

function reference({ apiVersion, kind, metadata }: KubeObject): object {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, blockOwnerDeletion: true };
}

function names(plane: ControlPlane, path: string): string[] {
  return plane.list(path).flatMap(({ metadata }) => (metadata.name === 'kube-root-ca.crt' ? [] : [metadata.name]));
}

function remove(plane: ControlPlane, path: string, propagationPolicy: string): void {
  plane.request('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy });
}

describe('dependents of custom resources', () => {
  it('go with their owner, whichever of them is custom', () => {
    const plane = withWidgets();
    const owner = widget(plane, 'owner');
    map(plane, 'of-widget', owner);
    const inner = widget(plane, 'inner', owner);
    map(plane, 'of-inner', inner);
    map(plane, 'of-nobody');
    remove(plane, `${WIDGETS}/owner`, 'Background');
    plane.session.advance(5000);
    expect(names(plane, WIDGETS)).toEqual([]);
    expect(names(plane, MAPS)).toEqual(['of-nobody']);
  });

  it('go first when the deletion is in the foreground', () => {
    const plane = withWidgets();
    const owner = widget(plane, 'owner');
    map(plane, 'of-widget', owner);
    remove(plane, `${WIDGETS}/owner`, 'Foreground');
    expect(names(plane, WIDGETS)).toEqual(['owner']);
    plane.session.advance(5000);
    expect([...names(plane, WIDGETS), ...names(plane, MAPS)]).toEqual([]);
  });

  it('stay as orphans, without a strategic patch', () => {
    const plane = withWidgets();
    const owner = widget(plane, 'owner');
    map(plane, 'of-widget', owner);
    widget(plane, 'inner', owner);
    remove(plane, `${WIDGETS}/owner`, 'Orphan');
    plane.session.advance(5000);
    expect(names(plane, WIDGETS)).toEqual(['inner']);
    expect(names(plane, MAPS)).toEqual(['of-widget']);
    for (const path of [`${WIDGETS}/inner`, `${MAPS}/of-widget`])
      expect(plane.request('GET', path).metadata.ownerReferences ?? []).toEqual([]);
  });

  it('are found by a fork and by a collector that was started anew', () => {
    const plane = withWidgets();
    const owner = widget(plane, 'owner');
    map(plane, 'of-widget', owner);
    const { session } = plane;
    const fork = session.fork(session.head.step);
    for (const line of [session, fork]) {
      for (const kind of ['stop', 'start']) if (line === fork) line.input('world', { kind, component: COLLECTOR });
      line.advance(1000);
      expect(line.moment().cache(COLLECTOR, RESOURCE).list()).toHaveLength(1);
    }
    remove(plane, `${WIDGETS}/owner`, 'Background');
    session.advance(5000);
    expect(names(plane, MAPS)).toEqual([]);
    expect(fork.moment().reader('configmaps').get('default', 'of-widget')).toBeDefined();
  });

  it('are of no interest when the definition is gone', () => {
    const plane = withWidgets();
    widget(plane, 'last');
    plane.request('DELETE', `${DEFINITIONS}/${RESOURCE}`);
    plane.session.advance(UNTIL_KNOWN);
    const memory = plane.session.moment().memory(COLLECTOR);
    expect(memory.get('$followed')).toEqual([]);
    expect(memory.get(`$observed/${RESOURCE}`)).toBeUndefined();
  });
});

describe('custom resources in a namespace', () => {
  it('are counted by a quota, and one more is refused', () => {
    const plane = withWidgets();
    const hard = { [`count/${RESOURCE}`]: '2' };
    widget(plane, 'a');
    plane.request('POST', QUOTAS, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } });
    plane.session.advance(1000);
    const used = () => plane.request('GET', `${QUOTAS}/q`).status.used;
    expect(used()).toEqual({ [`count/${RESOURCE}`]: '1' });
    widget(plane, 'b');
    expect(() => widget(plane, 'c')).toThrow(
      'exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=2, limited: count/widgets.example.com=2',
    );
    plane.request('DELETE', `${WIDGETS}/a`);
    plane.session.advance(1000);
    expect(used()).toEqual({ [`count/${RESOURCE}`]: '1' });
    plane.request('PATCH', `${QUOTAS}/q`, { spec: { hard: { [`count/${RESOURCE}`]: '1' } } }, MERGE);
    plane.session.advance(1000);
    expect(() => widget(plane, 'c')).toThrow('exceeded quota');
  });

  it('go with the namespace', () => {
    const plane = withWidgets();
    plane.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    const path = '/apis/example.com/v1alpha1/namespaces/other/widgets';
    plane.request('POST', path, { apiVersion: 'example.com/v1alpha1', kind: 'Widget', metadata: { name: 'a' } });
    plane.request('DELETE', '/api/v1/namespaces/other');
    plane.session.advance(10_000);
    expect(plane.session.moment().reader(RESOURCE).list()).toEqual([]);
    expect(plane.session.moment().reader('namespaces').get('', 'other')).toBeUndefined();
  });
});

describe('a budget for the pods of a custom resource', () => {
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };

  function budgetOf(plane: ControlPlane): KubeObject {
    const widgets = {
      apiVersion: 'example.com/v1alpha1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { replicas: 4 },
    };
    const { metadata } = plane.request('POST', WIDGETS, widgets);
    const ownerReferences = [
      { apiVersion: widgets.apiVersion, kind: 'Widget', name: 'w', uid: metadata.uid, controller: true },
    ];
    for (const name of ['a', 'b', 'c']) {
      const pod = { metadata: { name, labels: { app: 'w' }, ownerReferences }, spec: { containers: [CONTAINER] } };
      plane.request('POST', '/api/v1/namespaces/default/pods', pod);
    }
    const spec = { maxUnavailable: 2, selector: { matchLabels: { app: 'w' } } };
    plane.request('POST', BUDGETS, { metadata: { name: 'w' }, spec });
    plane.session.advance(5000);
    return plane.request('GET', `${BUDGETS}/w`);
  }

  it('counts by its scale', () => {
    expect(budgetOf(withWidgets({ scale })).status).toMatchObject({
      expectedPods: 4,
      currentHealthy: 3,
      desiredHealthy: 2,
      disruptionsAllowed: 1,
    });
  });

  it('fails where there is none', () => {
    expect(budgetOf(withWidgets()).status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ reason: 'SyncFailed', message: 'widgets.example.com does not implement the scale subresource' }],
    });
  });
});
