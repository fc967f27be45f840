import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { KubeObject } from '../../object.ts';
import { apiPath, apiVersionOf, type Mapper, type Mapping } from '../discovery.ts';
import { failure, isNotFound, ServerFailure } from '../failure.ts';
import type { Resource } from '../resources/object.ts';
import { listObjects } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { type ApplyRun, applyQuery } from './apply-run.ts';
import { pruneOne } from './prune.ts';

const PREFIX = 'applyset.kubernetes.io';
const TOOLING = `${PREFIX}/tooling`;
const KINDS = `${PREFIX}/contains-group-kinds`;
const NAMESPACES = `${PREFIX}/additional-namespaces`;
const ID = `${PREFIX}/id`;
const PART_OF = `${PREFIX}/part-of`;
const TOOL = 'kubectl/v1.36.2';
const MANAGER = 'kubectl-applyset';

/** A set of objects that were applied together, kept by a parent object. Source: `pkg/cmd/apply/applyset.go`. */
export interface ApplySet {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  /** What the parent says the set contains. */
  readonly current: Contents;
}

/** Kinds as `Kind.group`, and namespaces. */
interface Contents {
  readonly kinds: readonly string[];
  readonly namespaces: readonly string[];
}

/** `secrets/name`, `configmap/name`, or a bare name for a Secret. */
export function* applySetOf(session: Session, reference: string): Task<ApplySet> {
  const slash = reference.indexOf('/');
  const name = slash < 0 ? reference : reference.slice(slash + 1);
  if (name === '') throw failure(`invalid parent reference ${JSON.stringify(reference)}: name cannot be blank`);
  const mapper = yield* session.mapper();
  const mapping = mapper.find(slash < 0 ? 'secrets' : reference.slice(0, slash));
  if (!mapping) {
    const type = reference.slice(0, slash);
    throw failure(`invalid parent reference ${JSON.stringify(reference)}: no matches for /, Resource=${type}`);
  }
  if (mapping.isNamespaced && !session.isNamespaceForced) {
    throw failure('namespace is required to use namespace-scoped ApplySet');
  }
  const namespace = mapping.isNamespaced ? yield* session.namespace() : '';
  const isBuiltIn = mapping.group === '' && ['secrets', 'configmaps'].includes(mapping.resource);
  if (!isBuiltIn && !(yield* isAllowedParent(session, mapping))) {
    const { group, version, resource } = mapping;
    throw failure(
      `resource ${JSON.stringify(`${group}/${version}, Resource=${resource}`)} is not permitted as an ApplySet parent`,
    );
  }
  const id = setId([name, namespace, mapping.kind, mapping.group].join('.'));
  const set = { mapping, namespace, name, id, current: { kinds: [], namespaces: [] } };
  return { ...set, current: yield* currentContents(session, set, isBuiltIn) };
}

function* isAllowedParent(session: Session, mapping: Mapping): Task<boolean> {
  const list = (yield* session.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    query: { labelSelector: `${PREFIX}/is-parent-type` },
  })) as { items: KubeObject[] };
  return list.items.some(({ metadata }) => metadata.name === `${mapping.resource}.${mapping.group}`);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `applyset-<base64 of the SHA-256 of name.namespace.kind.group>-v1`. */
function setId(text: string): string {
  let bits = 0;
  let count = 0;
  let encoded = '';
  for (const byte of sha256(utf8ToBytes(text))) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      encoded += DIGITS[(bits >> count) & 63];
    }
    bits &= (1 << count) - 1;
  }
  if (count > 0) encoded += DIGITS[(bits << (6 - count)) & 63];
  return `applyset-${encoded}-v1`;
}

function parentName({ mapping, name }: Pick<ApplySet, 'mapping' | 'name'>): string {
  return JSON.stringify(`${mapping.resource}.${mapping.group}/${name}`);
}

function* currentContents(session: Session, set: ApplySet, isBuiltIn: boolean): Task<Contents> {
  const { mapping, namespace, name, id } = set;
  let parent: KubeObject;
  try {
    parent = (yield* session.get(apiPath(mapping, namespace, name))) as KubeObject;
  } catch (error) {
    if (isNotFound(error) && isBuiltIn) return set.current;
    if (isNotFound(error)) throw failure('custom resource ApplySet parents cannot be created automatically');
    throw error;
  }
  const { annotations = {}, labels = {} } = parent.metadata;
  const shown = parentName(set);
  const tool = annotations[TOOLING];
  if (tool === undefined) {
    throw failure(`ApplySet parent object ${shown} already exists and is missing required annotation "${TOOLING}"`);
  }
  if (tool.replace(/\/[^/]*$/, '') !== 'kubectl') {
    throw failure(
      `ApplySet parent object ${shown} already exists and is managed by tooling ${JSON.stringify(tool.replace(/\/[^/]*$/, ''))} instead of "kubectl"`,
    );
  }
  if (labels[ID] === undefined) {
    throw failure(`ApplySet parent object ${shown} exists and does not have required label ${ID}`);
  }
  if (labels[ID] !== id) {
    throw failure(
      `ApplySet parent object ${shown} exists and has incorrect value for label "${ID}" (got: ${labels[ID]}, want: ${id})`,
    );
  }
  if (annotations[KINDS] === undefined) {
    throw failure(
      `parsing ApplySet annotation on ${shown}: kubectl requires the "${KINDS}" annotation to be set on all ApplySet parent objects`,
    );
  }
  const listed = (text: string | undefined) => (text ? text.split(',') : []);
  return {
    kinds: listed(annotations[KINDS]),
    namespaces: [...new Set([...listed(annotations[NAMESPACES]), ...(namespace ? [namespace] : [])])],
  };
}

/** The resource with the label of the set. */
export function asMember(set: ApplySet, resource: Resource): Resource {
  const { object } = resource;
  if (object.metadata.labels?.[PART_OF] !== undefined) {
    throw failure(`ApplySet label "${PART_OF}" already set in input data`);
  }
  const labels = { ...object.metadata.labels, [PART_OF]: set.id };
  return { ...resource, object: { ...object, metadata: { ...object.metadata, labels } } };
}

function kindText({ kind, group }: Mapping): string {
  return group ? `${kind}.${group}` : kind;
}

function contentsOf(resources: readonly Resource[]): Contents {
  return {
    kinds: [...new Set(resources.map(({ mapping }) => kindText(mapping)))],
    namespaces: [...new Set(resources.filter(({ mapping }) => mapping.isNamespaced).map(({ namespace }) => namespace))],
  };
}

/** Writes into the parent all that the set may contain while it is applied. */
export function* announce(run: ApplyRun, set: ApplySet, resources: readonly Resource[]): Task {
  const wanted = contentsOf(resources);
  yield* writeParent(run, set, {
    kinds: [...set.current.kinds, ...wanted.kinds],
    namespaces: [...set.current.namespaces, ...wanted.namespaces],
  });
}

function* writeParent(run: ApplyRun, set: ApplySet, { kinds, namespaces }: Contents): Task {
  if (run.dryRun === 'client') return;
  const sorted = (names: readonly string[]) => [...new Set(names)].sort().join(',');
  const body = {
    kind: set.mapping.kind,
    apiVersion: apiVersionOf(set.mapping),
    metadata: {
      name: set.name,
      ...(set.namespace ? { namespace: set.namespace } : {}),
      labels: { [ID]: set.id },
      annotations: {
        [NAMESPACES]: sorted(namespaces.filter((name) => name !== set.namespace)),
        [KINDS]: sorted(kinds),
        [TOOLING]: TOOL,
      },
    },
  };
  const send = (force: boolean) =>
    run.session.send('PATCH', apiPath(set.mapping, set.namespace, set.name), {
      query: { ...applyQuery(run, MANAGER), force: String(force) },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body,
    });
  try {
    yield* send(false);
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    if (error.reason !== 'Conflict') throw failure(`failed to update ApplySet: ${error.message}`);
    yield* send(true);
  }
}

/** Deletes members that were not applied this time, and writes into the parent what is left. */
export function* pruneSet(run: ApplyRun, set: ApplySet, resources: readonly Resource[]): Task {
  const mapper = yield* run.session.mapper();
  for (const kind of set.current.kinds) {
    const mapping = mappingOf(mapper, kind);
    for (const namespace of mapping.isNamespaced ? set.current.namespaces : ['']) {
      yield* pruneMembers(run, set, mapping, namespace);
    }
  }
  yield* writeParent(run, set, contentsOf(resources));
}

function mappingOf(mapper: Mapper, text: string): Mapping {
  const [kind = '', ...group] = text.split('.');
  const found = mapper.mappings.find((mapping) => mapping.kind === kind && mapping.group === group.join('.'));
  if (!found) throw failure(`could not find mapping for kind in "${KINDS}" annotation: no matches for kind "${kind}"`);
  return found;
}

function* pruneMembers(run: ApplyRun, set: ApplySet, mapping: Mapping, namespace: string): Task {
  const query = { labelSelector: `${PART_OF}=${set.id}` };
  for (const object of yield* listObjects(run.session, mapping, namespace, { query })) {
    if (run.uids.has(object.metadata.uid)) continue;
    yield* pruneOne(run, { mapping, namespace, name: object.metadata.name, object });
  }
}
