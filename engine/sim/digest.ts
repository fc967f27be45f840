import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Timeline } from './timeline.ts';

/** JSON with sorted keys: equal values give equal text, whatever the order in which they were built. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const sorted: Record<string, unknown> = {};
    for (const key of Object.keys(part).sort()) sorted[key] = (part as Record<string, unknown>)[key];
    return sorted;
  });
}

/**
 * SHA-256 over the whole state at the head of a timeline: time, step, every stored object, every memory cell, everything
 * on the agenda. Two sessions with equal digests go on alike.
 */
export function stateDigest(timeline: Timeline): string {
  const hash = sha256.create();
  const add = (value: unknown) => hash.update(utf8ToBytes(`${canonicalJson(value)}\n`));
  add([timeline.now, timeline.step, timeline.store.revision, timeline.store.compactRevision]);
  for (const resource of timeline.store.resources()) {
    for (const object of timeline.store.at(resource).list()) add([resource, object]);
  }
  for (const name of timeline.cells.names()) {
    const memory = timeline.memory(name);
    for (const key of memory.keys('')) add([name, key, memory.get(key)]);
  }
  for (const item of timeline.agenda.pendingAt(timeline.step)) add(item);
  return bytesToHex(hash.digest());
}
