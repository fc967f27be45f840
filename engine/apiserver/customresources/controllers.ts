import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { endWatchesOf } from '../watch.ts';
import {
  CLEANUP_FINALIZER,
  DEFINITIONS,
  type DefinitionCondition,
  isConditionTrue,
  versionsOf,
  withCondition,
} from './definition.ts';
import { withAcceptedNames } from './naming.ts';

/** The server's own way to itself. */
export type Ask = (request: ApiRequest) => ApiResponse;

const USER = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** How often the server looks whether the last objects of a deleted definition are gone. */
const CLEANUP_POLL = 5_000;

/** The task that looks at a definition again. */
export const DEFINITION_TASK = 'definition';

/**
 * The controllers of `k8s.io/apiextensions-apiserver` (naming, establishing, finalizer) run within the API server: each
 * change of a definition brings it one step further, and that step's write brings the next.
 */
export function observeDefinitions(turn: Turn, ask: Ask, events: readonly WatchEvent[]): void {
  for (const { type, object } of events) {
    if (type !== 'DELETED') {
      advanceDefinition(turn, ask, object.metadata.name);
      continue;
    }
    endWatchesOf(turn, object.metadata.name);
    // Its names are free now: others of its group may have waited for them.
    for (const other of turn.cache(DEFINITIONS).list()) {
      if (other.spec.group === object.spec.group) advanceDefinition(turn, ask, other.metadata.name);
    }
  }
}

/** Takes one definition one step further. */
export function advanceDefinition(turn: Turn, ask: Ask, name: string): void {
  const definitions = turn.cache(DEFINITIONS);
  const definition = definitions.get('', name);
  if (definition === undefined) return;
  const now = timestamp(turn.now);
  if (definition.metadata.deletionTimestamp !== undefined) {
    if (definition.metadata.finalizers?.includes(CLEANUP_FINALIZER)) cleanUp(turn, ask, definition);
    return;
  }
  const others = definitions.list().filter((other) => other.metadata.name !== name);
  const named = withAcceptedNames(definition, others, now);
  const next = named === definition ? withEstablished(definition, now) : named;
  if (next !== definition) put(ask, next, '/status');
}

function withEstablished(definition: KubeObject, now: string): KubeObject {
  if (!isConditionTrue(definition, 'NamesAccepted') || isConditionTrue(definition, 'Established')) return definition;
  const condition: DefinitionCondition = {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
  return withCondition(definition, condition, now);
}

function put(ask: Ask, definition: KubeObject, subresource = ''): KubeObject | undefined {
  const path = `${PATH}/${definition.metadata.name}${subresource}`;
  const response = ask({ method: 'PUT', path, body: definition, user: USER });
  return response.code < 300 ? (response.body as KubeObject) : undefined;
}

/** Deletes the objects of a deleted definition; when the last is gone, so is what keeps the definition. */
function cleanUp(turn: Turn, ask: Ask, definition: KubeObject): void {
  const now = timestamp(turn.now);
  const state = (status: 'True' | 'False', reason: string, message: string): KubeObject =>
    withCondition(definition, { type: 'Terminating', status, reason, message }, now);
  if (!isConditionTrue(definition, 'Established')) {
    release(ask, state('False', 'NeverEstablished', 'resource was never established'));
    return;
  }
  const collections = collectionsOf(turn, definition);
  for (const path of collections) ask({ method: 'DELETE', path, user: USER });
  if (turn.store.at(definition.metadata.name).list().length === 0) {
    release(ask, state('False', 'InstanceDeletionCompleted', 'removed all instances'));
    return;
  }
  const next = state('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
  if (next !== definition) put(ask, next, '/status');
  turn.after(CLEANUP_POLL, { kind: DEFINITION_TASK, name: definition.metadata.name }, { background: true });
}

function release(ask: Ask, definition: KubeObject): void {
  const stored = put(ask, definition, '/status');
  if (stored === undefined) return;
  const finalizers = (stored.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
  put(ask, { ...stored, metadata: { ...stored.metadata, finalizers } });
}

/** Paths of the collections that hold objects of a definition. */
function collectionsOf(turn: Turn, definition: KubeObject): readonly string[] {
  const { group, scope, names } = definition.spec;
  const served = versionsOf(definition).filter((version) => version.served);
  const version = served.find(({ storage }) => storage) ?? served[0];
  const root = `/apis/${group}/${version?.name}`;
  if (scope !== 'Namespaced') return [`${root}/${names.plural}`];
  const objects = turn.store.at(definition.metadata.name).list();
  const namespaces = new Set(objects.map((object) => object.metadata.namespace as string));
  return [...namespaces].sort().map((namespace) => `${root}/namespaces/${namespace}/${names.plural}`);
}
