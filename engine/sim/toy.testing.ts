import { clusterConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import type { Component } from './component.ts';
import { Registry } from './processes.ts';
import { Session } from './session.ts';
import { world } from './world.ts';

/** A server for toys: `{ put: name, value }` writes a note, `{ drop: name }` deletes it. */
const server: Component = {
  name: 'kube-apiserver',
  serve(turn, request) {
    const { put, drop, value } = request as { put?: string; drop?: string; value?: number };
    if (drop !== undefined) return turn.store.delete('notes', '', drop);
    const name = put as string;
    return turn.store.put('notes', '', name, {
      apiVersion: 'v1',
      kind: 'Note',
      metadata: { name, uid: name, resourceVersion: '', creationTimestamp: '' },
      value,
    } as KubeObject);
  },
};

/** Writes a note with a random value again and again: the heart that keeps a toy cluster beating. */
const writer: Component = {
  name: 'writer',
  start: (turn) => turn.after(7, { kind: 'write', count: 0 }),
  handle(turn, task) {
    const count = task.count as number;
    turn.memory.set(`written/${count}`, turn.now);
    if (count % 3 === 2) turn.memory.delete(`written/${count - 1}`);
    turn.call('kube-apiserver', { put: `note-${count % 5}`, value: Math.floor(turn.random() * 1000) });
    turn.after(5 + Math.floor(turn.random() * 20), { kind: 'write', count: count + 1 }, { background: true });
  },
};

/** Adds up what it has seen, by way of its informer. */
const reader: Component = {
  name: 'reader',
  watches: () => [{ resource: 'notes' }],
  observe(turn, _resource, events) {
    const seen = turn.memory.get<number>('seen') ?? 0;
    turn.memory.set('seen', seen + events.length);
    turn.memory.set(
      'sum',
      turn
        .cache('notes')
        .list()
        .reduce((sum, note) => sum + (note.value as number), 0),
    );
  },
  handle: (turn, task) => turn.memory.set('poked', task.by),
};

/** Follows the notes for a while and then for a while not. */
const visitor: Component = {
  name: 'visitor',
  start: (turn) => turn.after(40, { kind: 'come' }),
  handle(turn, { kind }) {
    if (kind === 'come') turn.follow('notes');
    else turn.unfollow('notes');
    turn.after(90, { kind: kind === 'come' ? 'go' : 'come' }, { background: true });
  },
  observe(turn, _resource, events) {
    turn.memory.set('heard', [...(turn.memory.get<readonly number[]>('heard') ?? []), events.length]);
    turn.memory.set('known', turn.cache('notes').list().length);
  },
};

/** A cluster of toys, for tests of the clockwork itself. */
export function toySession(seed = 1): Session {
  const toys = [server, reader, visitor, writer];
  const registry = new Registry([world(toys.map((toy) => toy.name)), ...toys]);
  return Session.create(registry, { ...clusterConfig({ seed }), machines: [] });
}

export function toyRegistry(): Registry {
  const toys = [server, reader, visitor, writer];
  return new Registry([world(toys.map((toy) => toy.name)), ...toys]);
}
