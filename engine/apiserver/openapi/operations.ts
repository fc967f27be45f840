import type { Kind, Subresource } from '../kinds/kind.ts';
import type { Json } from './json.ts';

/** One thing that can be done at a path, before it is written in either version of OpenAPI. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  /** `x-kubernetes-action`. */
  readonly action: string;
  readonly id: string;
  /** Names of query parameters. */
  readonly query: readonly string[];
  readonly body?: 'object' | 'options' | 'patch';
  readonly answer: 'object' | 'list' | 'status' | 'text';
  readonly codes: readonly number[];
  readonly gvk: { readonly group: string; readonly kind: string; readonly version: string };
}

export interface Path {
  readonly path: string;
  /** `namespace` and `name`, where the path has them. */
  readonly parameters: readonly string[];
  readonly operations: readonly Operation[];
}

/** Types of the query parameters that are no text. */
export const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  limit: 'integer',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
  watch: 'boolean',
};

const LIST_QUERY = [
  ...['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion'],
  ...['resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch'],
];
const WRITE_QUERY = ['dryRun', 'fieldManager', 'fieldValidation'];
const DELETE_QUERY = ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'];

type Scope = { readonly prefix: string; readonly parameters: readonly string[]; readonly scope: string };

/** All paths of a kind, as `/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale`. */
export function pathsOf(kind: Kind): readonly Path[] {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  const base = `${root}/${kind.version}`;
  const scope: Scope = kind.namespaced
    ? { prefix: `${base}/namespaces/{namespace}`, parameters: ['namespace'], scope: 'Namespaced' }
    : { prefix: base, parameters: [], scope: '' };
  const { prefix, parameters } = scope;
  const item = { path: `${prefix}/${kind.plural}/{name}`, parameters: ['name', ...parameters] };
  const everywhere = {
    path: `${base}/${kind.plural}`,
    parameters: [],
    operations: listOperations(kind, 'AllNamespaces'),
  };
  const paths: Path[] = [
    ...(kind.namespaced ? [everywhere] : []),
    { path: `${prefix}/${kind.plural}`, parameters, operations: collectionOperations(kind, scope.scope) },
    { ...item, operations: itemOperations(kind, scope.scope) },
    ...kind.subresources.map((subresource) => ({
      path: `${item.path}/${subresource.name}`,
      parameters: item.parameters,
      operations: subresourceOperations(kind, subresource, scope.scope),
    })),
  ];
  return paths.filter(({ operations }) => operations.length > 0);
}

function idOf(kind: Pick<Kind, 'group' | 'version' | 'kind'>, verb: string, scope: string, suffix = ''): string {
  const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] as string);
  return `${verb}${capital(group)}${capital(kind.version)}${scope}${kind.kind}${suffix}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function listOperations(kind: Kind, scope: string): readonly Operation[] {
  if (!kind.verbs.includes('list')) return [];
  const id = scope === 'AllNamespaces' ? idOf(kind, 'list', '', 'ForAllNamespaces') : idOf(kind, 'list', scope);
  return [{ method: 'get', action: 'list', id, query: LIST_QUERY, answer: 'list', codes: [200], gvk: gvkOf(kind) }];
}

function collectionOperations(kind: Kind, scope: string): readonly Operation[] {
  const gvk = gvkOf(kind);
  const operations: Operation[] = [...listOperations(kind, scope)];
  if (kind.verbs.includes('create')) {
    const id = idOf(kind, 'create', scope);
    operations.push({
      method: 'post',
      action: 'post',
      id,
      query: WRITE_QUERY,
      body: 'object',
      answer: 'object',
      codes: [200, 201, 202],
      gvk,
    });
  }
  if (kind.verbs.includes('deletecollection')) {
    const id = idOf(kind, 'delete', `Collection${scope}`);
    const query = [...new Set([...LIST_QUERY.slice(1), ...DELETE_QUERY])].filter((name) => name !== 'watch').sort();
    operations.push({
      method: 'delete',
      action: 'deletecollection',
      id,
      query,
      body: 'options',
      answer: 'status',
      codes: [200],
      gvk,
    });
  }
  return operations;
}

function itemOperations(kind: Kind, scope: string): readonly Operation[] {
  const gvk = gvkOf(kind);
  const operations: Operation[] = [];
  const { verbs } = kind;
  if (verbs.includes('get')) operations.push(readOperation(kind, scope, gvk));
  if (verbs.includes('update')) operations.push(replaceOperation(kind, scope, gvk));
  if (verbs.includes('delete')) {
    const id = idOf(kind, 'delete', scope);
    operations.push({
      method: 'delete',
      action: 'delete',
      id,
      query: DELETE_QUERY,
      body: 'options',
      answer: 'status',
      codes: [200, 202],
      gvk,
    });
  }
  if (verbs.includes('patch')) operations.push(patchOperation(kind, scope, gvk));
  return operations;
}

function subresourceOperations(kind: Kind, { name, body, verbs }: Subresource, scope: string): readonly Operation[] {
  const gvk = body ?? gvkOf(kind);
  const suffix = capital(name);
  const connects = ['attach', 'exec', 'log', 'portforward', 'proxy'].includes(name);
  const operations: Operation[] = [];
  if (verbs.includes('get')) {
    const read = readOperation(kind, scope, gvk, suffix);
    operations.push(connects ? { ...read, action: 'connect', answer: 'text' } : read);
  }
  if (verbs.includes('update')) operations.push(replaceOperation(kind, scope, gvk, suffix));
  if (verbs.includes('create')) {
    const id = idOf(kind, connects ? 'connectPost' : 'create', scope, suffix);
    const post = { method: 'post', id, gvk } as const;
    if (connects) operations.push({ ...post, action: 'connect', query: [], answer: 'text', codes: [200] });
    else
      operations.push({
        ...post,
        action: 'post',
        query: WRITE_QUERY,
        body: 'object',
        answer: 'object',
        codes: [200, 201, 202],
      });
  }
  if (verbs.includes('patch')) operations.push(patchOperation(kind, scope, gvk, suffix));
  return operations;
}

function readOperation(kind: Kind, scope: string, gvk: Operation['gvk'], suffix = ''): Operation {
  return {
    method: 'get',
    action: 'get',
    id: idOf(kind, 'read', scope, suffix),
    query: [],
    answer: 'object',
    codes: [200],
    gvk,
  };
}

function replaceOperation(kind: Kind, scope: string, gvk: Operation['gvk'], suffix = ''): Operation {
  const id = idOf(kind, 'replace', scope, suffix);
  return {
    method: 'put',
    action: 'put',
    id,
    query: WRITE_QUERY,
    body: 'object',
    answer: 'object',
    codes: [200, 201],
    gvk,
  };
}

function patchOperation(kind: Kind, scope: string, gvk: Operation['gvk'], suffix = ''): Operation {
  const id = idOf(kind, 'patch', scope, suffix);
  const query = [...WRITE_QUERY, 'force'];
  return { method: 'patch', action: 'patch', id, query, body: 'patch', answer: 'object', codes: [200, 201], gvk };
}

function gvkOf({ group, kind, version }: Kind): Operation['gvk'] {
  return { group, kind, version };
}

/** `apps_v1`, `core_v1`: how a group version is tagged. */
export function tagOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return `${group === '' ? 'core' : group.split('.')[0]}_${version}`;
}

/** A parameter's schema. */
export function parameterType(name: string): Json {
  return { type: PARAMETER_TYPES[name] ?? 'string', uniqueItems: true };
}
