import type { Store } from '../../store/store.ts';
import { DEFINITIONS } from '../customresources/definition.ts';
import type { Kind } from '../kinds/kind.ts';
import { schemaFor } from '../schema/schemas.ts';
import { ownKindsIn } from '../served.ts';
import { DefinitionSet, META } from './definitions.ts';
import type { Language } from './descriptions.ts';
import type { Json } from './json.ts';
import { type Operation, parameterType, pathsOf, tagOf } from './operations.ts';

const INFO = { title: 'Kubernetes', version: '1.36' };

const UNAUTHORIZED = { description: 'Unauthorized' };

const PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
const STRATEGIC = 'application/strategic-merge-patch+json';
const PRODUCED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** What an operation takes and answers, as references into the document. */
interface Bodies {
  readonly object: Json;
  readonly list: Json;
  readonly status: Json;
  readonly text: Json;
  readonly options: Json;
  readonly patch: Json;
}

function bodiesOf(set: DefinitionSet, store: Store, kind: Kind): Bodies {
  set.bodies[`${META}.Patch`] = { type: 'object' };
  return {
    ...set.kind(store, kind),
    status: set.type(`${META}.Status`),
    text: { type: 'string' },
    options: set.type(`${META}.DeleteOptions`),
    patch: set.reference(`${META}.Patch`),
  };
}

/** Subresources with a body of another kind (`scale`, `eviction`) refer to that. */
function withBody(set: DefinitionSet, bodies: Bodies, kind: Kind, { gvk }: Operation): Bodies {
  if (gvk.kind === kind.kind) return bodies;
  const schema = schemaFor(gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`, gvk.kind);
  return schema === undefined
    ? { ...bodies, object: { type: 'object' } }
    : { ...bodies, object: set.type(schema.name) };
}

/** Which group versions have a document: `apis/apps/v1`, each with what changes when the document does. */
export function documentNames(store: Store): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const definitions = store.at(DEFINITIONS);
  for (const kind of ownKindsIn(store)) {
    const name = kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
    const revision = kind.custom ? definitions.get('', kind.resource)?.metadata.resourceVersion : '';
    names.set(name, `${names.get(name) ?? INFO.version} ${kind.kind} ${revision}`);
  }
  return names;
}

/** The OpenAPI 3 document of one group version. */
export function documentV3(store: Store, group: string, version: string, language: Language): Json {
  const set = new DefinitionSet(3, language, { group, version });
  const paths: Record<string, Json> = {};
  for (const kind of ownKindsIn(store).filter((served) => served.group === group && served.version === version)) {
    const bodies = bodiesOf(set, store, kind);
    for (const { path, parameters, operations } of pathsOf(kind)) {
      const items = operations.map((operation) => [
        operation.method,
        operationV3(kind, operation, withBody(set, bodies, kind, operation)),
      ]);
      const shared = parameters.map((name) => parameterV3(name, 'path'));
      paths[path] = { ...Object.fromEntries(items), parameters: [...shared, parameterV3('pretty', 'query')] };
    }
  }
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: sorted(paths),
    components: {
      schemas: sorted(set.bodies),
      securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}

function parameterV3(name: string, place: 'path' | 'query'): Json {
  return { name, in: place, ...(place === 'path' ? { required: true } : {}), schema: parameterType(name) };
}

function operationV3(kind: Kind, operation: Operation, bodies: Bodies): Json {
  const { action, id, query, body, answer, codes, gvk } = operation;
  const contents = (types: readonly string[], schema: Json): Json =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  const types = answer === 'text' ? ['*/*'] : producedBy(kind);
  const watched = operation.action === 'list' ? types.filter((type) => !type.endsWith('yaml')) : [];
  const answered = contents([...types, ...watched.map((type) => `${type};stream=watch`)], bodies[answer]);
  return {
    tags: [tagOf(kind)],
    operationId: id,
    ...(query.length === 0 ? {} : { parameters: query.map((name) => parameterV3(name, 'query')) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: contents(body === 'patch' ? patchTypes(kind) : ['*/*'], bodies[body]),
            ...(body === 'options' ? {} : { required: true }),
          },
        }),
    responses: {
      ...Object.fromEntries(codes.map((code) => [String(code), { description: 'OK', content: answered }])),
      401: UNAUTHORIZED,
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

/** Custom objects know neither protobuf nor strategic merge patches. */
function producedBy({ custom }: Kind): readonly string[] {
  return custom === undefined ? PRODUCED : PRODUCED.slice(0, 2);
}

function patchTypes({ custom }: Kind): readonly string[] {
  return custom === undefined ? [...PATCH_TYPES, STRATEGIC] : PATCH_TYPES;
}

/** The OpenAPI 2 document of everything that is served. */
export function documentV2(store: Store, language: Language): Json {
  const set = new DefinitionSet(2, language);
  const paths: Record<string, Json> = {};
  for (const kind of ownKindsIn(store)) {
    const bodies = bodiesOf(set, store, kind);
    for (const { path, parameters, operations } of pathsOf(kind)) {
      const items = operations.map((operation) => [
        operation.method,
        operationV2(kind, operation, withBody(set, bodies, kind, operation)),
      ]);
      paths[path] = { ...Object.fromEntries(items), parameters: parameters.map((name) => parameterV2(name, 'path')) };
    }
  }
  return {
    swagger: '2.0',
    info: INFO,
    paths: sorted(paths),
    definitions: sorted(set.bodies),
    securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}

function parameterV2(name: string, place: 'path' | 'query'): Json {
  return { name, in: place, ...(place === 'path' ? { required: true } : {}), ...parameterType(name) };
}

function operationV2(kind: Kind, operation: Operation, bodies: Bodies): Json {
  const { action, id, query, body, answer, codes, gvk } = operation;
  const parameters = query.map((name) => parameterV2(name, 'query'));
  return {
    consumes: body === 'patch' ? patchTypes(kind) : ['*/*'],
    produces: answer === 'text' ? ['*/*'] : producedBy(kind),
    schemes: ['https'],
    tags: [tagOf(kind)],
    operationId: id,
    parameters: body === undefined ? parameters : [{ name: 'body', in: 'body', schema: bodies[body] }, ...parameters],
    responses: {
      ...Object.fromEntries(codes.map((code) => [String(code), { description: 'OK', schema: bodies[answer] }])),
      401: UNAUTHORIZED,
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

function sorted(record: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
