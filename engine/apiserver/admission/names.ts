import type { KubeObject } from '../../object.ts';

/** What admission calls an object whose name is yet to be generated: its prefix. */
export function nameForErrors(object: KubeObject): string {
  return object.metadata.name || object.metadata.generateName || 'Unknown';
}
