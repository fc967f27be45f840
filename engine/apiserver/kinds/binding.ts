import { defineKind } from './define.ts';

/** The old way to bind a pod to a node: posted, done and forgotten. `subresources/binding.ts` does it. */
export const binding = defineKind({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  verbs: ['create'],
});
