import type { KubeObject } from '../../object.ts';
import { type Call, parameter, refuse } from '../call.ts';
import { notFound, tooLargeResourceVersion, unknownError } from '../errors.ts';
import type { Status } from '../request.ts';
import { findObject } from '../storage.ts';
import { computedObjects } from './list.ts';

/** GET of an object. */
export function readObject(call: Call): KubeObject {
  requireRevision(call);
  const found =
    call.kind.computed === undefined
      ? findObject(call)
      : computedObjects(call).find(({ metadata }) => metadata.name === call.name);
  return found ?? refuse(missing(call));
}

/** A client may ask for an object that is at least as new as a revision; waiting for one to come is in vain here. */
function requireRevision({ request, turn }: Call): void {
  const asked = request.query === undefined ? '' : (parameter(request, 'resourceVersion') ?? '');
  if (asked === '' || asked === '0') return;
  if (!/^\d+$/.test(asked)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`;
    refuse(unknownError(`resourceVersion: Invalid value: ${JSON.stringify(asked)}: ${why}`));
  }
  const current = turn.store.revision;
  if (Number(asked) > current) refuse(tooLargeResourceVersion(Number(asked), current));
}

/** A named read in a namespace that doesn't exist is told so. */
function missing({ kind, namespace, name, turn }: Call): Status {
  const isHomeless = kind.namespaced && turn.store.get('namespaces', '', namespace) === undefined;
  return isHomeless
    ? notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace)
    : notFound(kind, name);
}
