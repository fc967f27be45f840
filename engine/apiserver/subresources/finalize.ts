import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { decodeBody } from '../codec.ts';
import { conflict } from '../errors.ts';
import { getObject } from '../storage.ts';
import { finishUpdate } from '../verbs/update.ts';
import type { SubresourceHandler } from './subresource.ts';

/** The namespace controller says that a namespace is empty: takes finalizers off `spec`; the last one gone, so is the namespace. */
export const finalize: SubresourceHandler = {
  resources: ['namespaces'],
  update(call) {
    const previous = getObject(call);
    const given = decodeBody(call, call.request.body);
    const { resourceVersion } = given.metadata;
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion)
      refuse(conflict(call.kind, call.name));
    const next: KubeObject = { ...previous, spec: { ...previous.spec, finalizers: given.spec?.finalizers ?? [] } };
    return { code: 200, body: finishUpdate(call, next, previous) };
  },
};
