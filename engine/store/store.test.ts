import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { Compacted, registryKey, Store } from './store.ts';

function pod(name: string, nodeName?: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, resourceVersion: '', creationTimestamp: '' },
    spec: { nodeName },
  };
}

const put = (store: Store, name: string, nodeName?: string) => store.put('pods', 'default', name, pod(name, nodeName));
const names = (objects: readonly KubeObject[]) => objects.map((object) => object.metadata.name);

describe('store', () => {
  test('every write is one revision, and every revision stays readable', () => {
    const store = new Store();
    expect(put(store, 'b').metadata.resourceVersion).toBe('2');
    expect(put(store, 'a').metadata.resourceVersion).toBe('3');
    expect(store.delete('pods', 'default', 'b')).toBe(4);
    expect(names(store.at('pods').list())).toEqual(['a']);
    expect(names(store.at('pods', 3).list())).toEqual(['a', 'b']);
    expect(names(store.at('pods', 2).list())).toEqual(['b']);
    expect(store.at('pods', 1).list()).toEqual([]);
  });

  test('deleting what is not there changes nothing', () => {
    const store = new Store();
    expect(store.delete('pods', 'default', 'a')).toBe(1);
    expect(store.events('pods', 0)).toEqual([]);
  });

  test('a key knows when it was created, when it was changed and how often', () => {
    const store = new Store();
    put(store, 'a');
    put(store, 'a', 'node-1');
    expect(store.keyValue('pods', 'default', 'a')).toMatchObject({ createRevision: 2, modRevision: 3, version: 2 });
    store.delete('pods', 'default', 'a');
    expect(store.keyValue('pods', 'default', 'a')).toBeUndefined();
    put(store, 'a');
    expect(store.keyValue('pods', 'default', 'a')).toMatchObject({ createRevision: 5, modRevision: 5, version: 1 });
    expect(store.keyValue('pods', 'default', 'a', 3)).toMatchObject({ createRevision: 2, modRevision: 3, version: 2 });
  });

  test('indexes follow the revision read', () => {
    const store = new Store();
    put(store, 'a');
    put(store, 'a', 'node-1');
    put(store, 'b', 'node-1');
    put(store, 'a', 'node-2');
    store.delete('pods', 'default', 'b');
    const on = (node: string, revision: number) => names(store.at('pods', revision).by('nodeName', node));
    expect(on('node-1', 2)).toEqual([]);
    expect(on('node-1', 4)).toEqual(['a', 'b']);
    expect(on('node-1', 5)).toEqual(['b']);
    expect(on('node-2', 5)).toEqual(['a']);
    expect(on('node-1', 6)).toEqual([]);
  });

  test('watch events carry type, object and what was before', () => {
    const store = new Store();
    const first = put(store, 'a');
    const second = put(store, 'a', 'node-1');
    store.delete('pods', 'default', 'a');
    expect(store.events('pods', 1)).toEqual([
      { type: 'ADDED', object: first, revision: 2 },
      { type: 'MODIFIED', object: second, previous: first, revision: 3 },
      { type: 'DELETED', object: second, previous: second, revision: 4 },
    ]);
    expect(store.events('pods', 3)).toHaveLength(1);
  });

  test('reads below the compaction point fail by name, looking back does not', () => {
    const store = new Store();
    put(store, 'a');
    put(store, 'a', 'node-1');
    put(store, 'a', 'node-2');
    store.compact(4);
    expect(() => store.at('pods', 3)).toThrow(Compacted);
    expect(() => store.events('pods', 2)).toThrow('etcdserver: mvcc: required revision has been compacted');
    expect(() => store.compact(99)).toThrow('future revision');
    expect(store.at('pods', 4).get('default', 'a')?.spec.nodeName).toBe('node-2');
    expect(store.history('pods', 2).get('default', 'a')?.spec.nodeName).toBeUndefined();
  });

  test('a fork goes its own way', () => {
    const store = new Store();
    put(store, 'a', 'node-1');
    put(store, 'b', 'node-1');
    const fork = store.fork(2);
    expect(names(fork.at('pods').by('nodeName', 'node-1'))).toEqual(['a']);
    put(fork, 'c');
    expect(names(fork.at('pods').list())).toEqual(['a', 'c']);
    expect(names(store.at('pods').list())).toEqual(['a', 'b']);
    expect(fork.revision).toBe(3);
  });

  test('keys are spelled as the real API server spells them', () => {
    expect(registryKey('pods', 'default', 'web')).toBe('/registry/pods/default/web');
    expect(registryKey('nodes', '', 'node-1')).toBe('/registry/minions/node-1');
    expect(registryKey('deployments.apps', 'default', 'web')).toBe('/registry/deployments/default/web');
  });
});
