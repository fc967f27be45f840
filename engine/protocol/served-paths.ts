import { apiVersionOf, type Kind } from '../apiserver/kinds/kind.ts';
import type { ObjectSchema } from '../apiserver/schema/schema.ts';
import { schemaFor } from '../apiserver/schema/schemas.ts';
import { servedKinds } from '../apiserver/served.ts';
import type { ObjectReference } from './views.ts';

/** Where the objects of a kind live. */
interface Collection {
  readonly resource: string;
  readonly namespace: string;
  readonly collection: string;
}

/** `apps/v1`, `Deployment` -> `/apis/apps/v1/namespaces/default/deployments`; undefined for what is not served. */
export function apiPath(apiVersion: string, kind: string, namespace = 'default'): Collection | undefined {
  const served = servedKinds().find((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion);
  if (!served) return undefined;
  const scope = served.namespaced ? namespace : '';
  return { resource: served.resource, namespace: scope, collection: collectionPath(served, scope) };
}

/** The path of an object that is named by its resource. */
export function pathOfObject({ resource, namespace, name }: ObjectReference): string | undefined {
  const served = servedKinds().find((candidate) => candidate.resource === resource && !candidate.view);
  return served && `${collectionPath(served, namespace)}/${name}`;
}

/** Every served kind with its schema, in the order of discovery. */
export function servedSchemas(): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: ObjectSchema;
}[] {
  return servedKinds().flatMap((served) => {
    const apiVersion = apiVersionOf(served);
    const schema = schemaFor(apiVersion, served.kind);
    return schema ? [{ apiVersion, kind: served.kind, schema }] : [];
  });
}

function collectionPath(kind: Kind, namespace: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  return namespace === '' ? `${root}/${kind.plural}` : `${root}/namespaces/${namespace}/${kind.plural}`;
}
