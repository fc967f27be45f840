import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { badRequest, success } from '../errors.ts';
import { getObject } from '../storage.ts';
import { type DeleteOptions, deleteWith } from '../verbs/delete.ts';
import type { SubresourceHandler } from './subresource.ts';

/** A polite deletion: what drains use. Source: `pkg/registry/core/pod/storage/eviction.go`. */
export const eviction: SubresourceHandler = {
  resources: ['pods'],
  create(call) {
    const body = parseBody(call.request.body) as KubeObject & { readonly deleteOptions?: DeleteOptions };
    if (body.metadata?.name !== undefined && body.metadata.name !== '' && body.metadata.name !== call.name) {
      refuse(badRequest('name in URL does not match name in Eviction object'));
    }
    deleteWith(call, getObject(call), body.deleteOptions ?? {});
    return { code: 201, body: { ...success(undefined), code: 201 } };
  },
};
