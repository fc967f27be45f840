import type { KubeObject } from '../../object.ts';
import type { Call } from '../call.ts';
import { deleteWith } from './delete.ts';
import { deleteOptions } from './delete-options.ts';
import { type ListResult, listObjects } from './list.ts';

/** DELETE of a collection: every object that the selectors choose, each as if it were deleted alone. */
export function deleteCollection(call: Call): ListResult {
  const { items, metadata } = listObjects(call);
  const options = deleteOptions(call);
  const deleted: KubeObject[] = [];
  for (const object of items) {
    const name = object.metadata.name;
    const result = deleteWith({ ...call, name }, object, options);
    deleted.push(result.kind === 'Status' ? object : (result as KubeObject));
  }
  return { items: deleted, metadata };
}
