import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { apiPath, apiVersionOf, type Mapper, type Mapping, resourceName } from '../discovery.ts';
import { CommandFailure, failure, isNotFound, joinFailures, withSource } from '../failure.ts';
import type { Options, Session } from '../session.ts';
import type { Task } from '../task.ts';
import { manifestResource, readManifests } from './manifests.ts';
import type { Resource } from './object.ts';

/** What the arguments of a command name: whole types, or single objects. */
export interface Target {
  readonly mapping: Mapping;
  /** Undefined: all that the selectors leave. */
  readonly name?: string;
}

export const NOTHING_GIVEN = failure(
  "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
);

const LOCAL_NEEDS_FILES =
  "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

const MIXED_FORM =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** Reads `TYPE[,TYPE] [NAME…]` or `TYPE/NAME…`. Source: `k8s.io/cli-runtime/pkg/resource/builder.go`. */
export function parseTargets(args: readonly string[], mapper: Mapper): Target[] {
  if (args.some((arg) => arg.includes('/'))) return args.map((arg) => slashTarget(arg, args, mapper));
  const [types = '', ...names] = args;
  const mappings = [...new Set(types.split(',').flatMap((type) => typeMappings(type, mapper)))];
  if (names.some((name) => name === '')) throw failure('resource name may not be empty');
  if (names.length === 0) return mappings.map((mapping) => ({ mapping }));
  return mappings.flatMap((mapping) => names.map((name) => ({ mapping, name })));
}

function typeMappings(type: string, mapper: Mapper): Mapping[] {
  const members = mapper.category(type);
  return members.length > 0 ? members : [mapper.resource(type)];
}

const ONE_RESOURCE = 'arguments in resource/name form must have a single resource and name';

function slashTarget(arg: string, args: readonly string[], mapper: Mapper): Target {
  const parts = arg.split('/');
  if (parts.length === 1) throw failure(MIXED_FORM);
  const [type, name] = parts;
  if (type?.includes(',')) throw failure(ONE_RESOURCE);
  if (parts.length !== 2 || !type || !name) {
    throw failure(parts.length > 2 ? 'arguments in resource/name form may not have more than one slash' : ONE_RESOURCE);
  }
  if (args.length > 1 && !args.every((other) => other.includes('/'))) throw failure(MIXED_FORM);
  return { mapping: mapper.resource(type), name };
}

export const BOTH_GIVEN =
  'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well';

/** Without files and arguments there is nothing that a selector could choose from. */
export function nothingGiven(session: Session): CommandFailure {
  const isAll = session.flags.has('all') && session.flags.boolean('all');
  if (!isAll && !hasSelector(session)) return NOTHING_GIVEN;
  return failure('at least one resource must be specified to use a selector');
}

export interface SelectOptions {
  /** Without a name a whole type may be meant even without `--all` or a selector. */
  readonly allowsAll?: boolean;
  /** The command reads `-f`. */
  readonly withFiles?: boolean;
  /** Objects named in files are fetched from the server. */
  readonly isLatest?: boolean;
  readonly verb?: string;
  /** `--all` beside names means nothing. */
  readonly allowsNamesWithAll?: boolean;
  /** The command reads objects by the types of Kubernetes: custom resources have none. */
  readonly isTyped?: boolean;
  /** `--selector` is about something else than the objects. */
  readonly ignoresSelector?: boolean;
}

/** What a selection gave. */
export interface Selected {
  readonly resources: readonly Resource[];
  readonly failures: readonly Error[];
  /** One object was asked for by name: it is printed without a list around it. */
  readonly isSingle: boolean;
}

/** Is it asked for by `-f` or `-k`? */
export function hasFiles({ flags }: Session): boolean {
  if (flags.has('filename') && flags.strings('filename').length > 0) return true;
  return flags.has('kustomize') && flags.string('kustomize') !== '';
}

/** Fetches what arguments, files and selectors name. Failures of single objects are collected. */
export function* select(session: Session, args: readonly string[], options: SelectOptions = {}): Task<Selected> {
  const selected = yield* found(session, args, options);
  const untyped = options.isTyped ? selected.resources.filter(({ mapping }) => !hasType(mapping)) : [];
  if (untyped.length === 0) return selected;
  const refusals = untyped.map(({ mapping }) => noType(mapping));
  return {
    ...selected,
    resources: selected.resources.filter((resource) => !untyped.includes(resource)),
    failures: [...selected.failures, ...refusals],
  };
}

/** What kubectl says of a kind that is not built in where it needs to know its fields. */
export function noType({ group, version, kind }: Mapping): CommandFailure {
  return failure(
    `no kind "${kind}" is registered for version "${group}/${version}" in scheme "pkg/scheme/scheme.go:28"`,
  );
}

/** Is it a kind of Kubernetes itself? */
export function hasType(mapping: Mapping): boolean {
  return schemaFor(apiVersionOf(mapping), mapping.kind) !== undefined;
}

function* found(session: Session, args: readonly string[], options: SelectOptions): Task<Selected> {
  const files = session.flags.has('filename') ? session.flags.strings('filename') : [];
  if (hasFiles(session) && args.length > 0) throw failure(BOTH_GIVEN);
  if (hasFiles(session)) return yield* selectFiles(session, files, options);
  if (session.flags.has('local') && session.flags.boolean('local')) throw failure(LOCAL_NEEDS_FILES);
  if (args.length === 0) throw nothingGiven(session);
  const targets = parseTargets(args, yield* session.mapper());
  if (!options.ignoresSelector) checkTargets(session, targets, options);
  const resources: Resource[] = [];
  const failures: Error[] = [];
  for (const target of targets) {
    try {
      resources.push(...(yield* fetchTarget(session, target)));
    } catch (error) {
      collect(failures, error);
    }
  }
  return { resources, failures, isSingle: targets.length === 1 && targets[0]?.name !== undefined };
}

/** As `select`, but the first failure ends the command and nothing found is a failure as well. */
export function* selectAll(
  session: Session,
  args: readonly string[],
  options: SelectOptions = {},
): Task<readonly Resource[]> {
  const { resources, failures } = yield* select(session, args, options);
  if (failures.length > 0) throw joinFailures(failures);
  return resources;
}

/** Does something with each object that is found; what failed is said in the end. */
export function* visit(
  session: Session,
  args: readonly string[],
  options: SelectOptions,
  work: (resource: Resource, isSingle: boolean) => Task,
): Task {
  const { resources, failures, isSingle } = yield* select(session, args, options);
  const problems = [...failures];
  for (const resource of resources) {
    try {
      yield* work(resource, isSingle);
    } catch (error) {
      collect(problems, error);
    }
  }
  if (problems.length > 0) throw joinFailures(problems);
}

function* selectFiles(session: Session, files: readonly string[], options: SelectOptions): Task<Selected> {
  const { manifests, failures } = yield* readManifests(session, files);
  const resources: Resource[] = [];
  const problems = [...failures];
  for (const manifest of manifests) {
    try {
      const resource = yield* manifestResource(session, manifest);
      resources.push(options.isLatest ? yield* fetchResource(session, resource) : resource);
    } catch (error) {
      collect(problems, options.verb ? withSource(error, options.verb, manifest.source) : error);
    }
  }
  return { resources, failures: problems, isSingle: resources.length === 1 && manifests.length === 1 };
}

/** Keeps a failure for later; defects of the program pass through. */
export function collect(failures: Error[], error: unknown): void {
  if (!(error instanceof Error) || !('text' in error || 'status' in error)) throw error;
  failures.push(error);
}

/** Checks that names and selectors go together. */
export function checkTargets(session: Session, targets: readonly Target[], options: SelectOptions): void {
  const named = targets.some((target) => target.name !== undefined);
  const isSelecting = hasSelector(session);
  const isAll = session.flags.has('all') && session.flags.boolean('all');
  if (isAll && session.flags.string('selector')) {
    throw failure("setting 'all' parameter but found a non empty selector. ");
  }
  if (named && (isSelecting || (isAll && !options.allowsNamesWithAll)))
    throw failure('name cannot be provided when a selector is specified');
  if (named && isAllNamespaces(session)) throw failure('a resource cannot be retrieved by name across all namespaces');
  if (!named && !isSelecting && !isAll && !options.allowsAll) {
    throw failure('resource(s) were provided, but no name was specified');
  }
}

export function hasSelector(session: Session): boolean {
  return ['selector', 'field-selector'].some((name) => session.flags.has(name) && session.flags.string(name) !== '');
}

export function isAllNamespaces(session: Session): boolean {
  return session.flags.has('all-namespaces') && session.flags.boolean('all-namespaces');
}

/** The selectors as query of a list. */
export function selectorQuery(session: Session): Record<string, string> {
  const query: Record<string, string> = {};
  const labels = session.flags.has('selector') ? session.flags.string('selector') : '';
  const fields = session.flags.has('field-selector') ? session.flags.string('field-selector') : '';
  if (labels) query.labelSelector = labels;
  if (fields) query.fieldSelector = fields;
  return query;
}

/** Adds to a refused list what was looked for, as client-go does. */
export function listFailure(error: unknown, mapping: Mapping, query: Readonly<Record<string, string>>): unknown {
  const status = (error as { status?: { reason?: string; message?: string } }).status;
  if (status?.reason !== 'BadRequest' && status?.reason !== 'NotFound') return error;
  const { labelSelector = '', fieldSelector = '' } = query;
  const resource = `"${mapping.group}/${mapping.version}, Resource=${mapping.resource}"`;
  const action =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${resource}`
      : `Unable to find ${resource} that match label selector "${labelSelector}", field selector "${fieldSelector}"`;
  const isUnknown = status.message === 'the server could not find the requested resource';
  const text = `${status.message}${isUnknown ? ` (get ${resourceName(mapping)})` : ''}`;
  return new CommandFailure(`Error from server (${status.reason}): ${action}: ${text}`);
}

function* fetchTarget(session: Session, { mapping, name }: Target): Task<Resource[]> {
  const namespace = mapping.isNamespaced && !isAllNamespaces(session) ? yield* session.namespace() : '';
  if (name !== undefined) return [yield* fetchNamed(session, mapping, namespace, name)];
  const list = yield* listObjects(session, mapping, namespace, { query: selectorQuery(session) });
  return list.map((object) => ({
    mapping,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    object,
  }));
}

export function* fetchNamed(session: Session, mapping: Mapping, namespace: string, name: string): Task<Resource> {
  const object = (yield* session.get(apiPath(mapping, namespace, name))) as KubeObject;
  return { mapping, namespace: object.metadata?.namespace ?? namespace, name, object };
}

/** The object of the server for one that a file names. */
function* fetchResource(session: Session, resource: Resource): Task<Resource> {
  if (resource.name === '') throw failure('resource name may not be empty');
  const fetched = yield* fetchNamed(session, resource.mapping, resource.namespace, resource.name);
  return { ...fetched, ...(resource.source === undefined ? {} : { source: resource.source }) };
}

/** As `fetchResource`; undefined when it does not exist. */
export function* fetchIfExists(session: Session, resource: Resource): Task<Resource | undefined> {
  try {
    return yield* fetchResource(session, resource);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Lists a whole collection, in chunks. The items carry apiVersion and kind. */
export function* listObjects(
  session: Session,
  mapping: Mapping,
  namespace: string,
  options: Options = {},
): Task<KubeObject[]> {
  const items: KubeObject[] = [];
  const limit = session.flags.has('chunk-size') ? session.flags.int('chunk-size') : 500;
  let query: Record<string, string> = { ...options.query, ...(limit > 0 ? { limit: String(limit) } : {}) };
  for (;;) {
    const list = (yield* listPage(session, mapping, namespace, query)) as {
      items?: KubeObject[];
      metadata?: { continue?: string };
    };
    const apiVersion = mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version;
    for (const item of list.items ?? []) items.push({ ...item, apiVersion, kind: item.kind ?? mapping.kind });
    const next = list.metadata?.continue;
    if (!next) return items;
    query = { ...query, continue: next };
  }
}

function* listPage(
  session: Session,
  mapping: Mapping,
  namespace: string,
  query: Record<string, string>,
): Task<unknown> {
  try {
    return yield* session.get(apiPath(mapping, namespace), { query });
  } catch (error) {
    throw listFailure(error, mapping, query);
  }
}
