import { schemaFor } from '../apiserver/schema/schemas.ts';
import { apiPath, apiVersionOf, type Mapping } from '../kubectl/discovery.ts';
import { CommandFailure, failureText, isNotFound, Refused, ServerFailure } from '../kubectl/failure.ts';
import { FlagValues } from '../kubectl/flags.ts';
import { GLOBAL_FLAGS } from '../kubectl/global-flags.ts';
import { threeWayMergePatch, threeWayPatch } from '../kubectl/merge/three-way.ts';
import type { Table } from '../kubectl/printers/table.ts';
import { Session } from '../kubectl/session.ts';
import type { Task } from '../kubectl/task.ts';
import { CONTENT_TYPES } from '../kubectl/writing.ts';
import type { KubeObject } from '../object.ts';
import type { Invocation } from '../process/program.ts';
import { HelmFailure } from './failure.ts';
import { type Release, releaseOf, releaseSecret, secretName } from './release/release.ts';
import type { Capabilities } from './render/render.ts';

const HEADERS = { 'user-agent': 'Helm/4.1.4' };

/** An object of a release where it belongs. */
export interface Placed {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
}

/** The flags that choose cluster and user, by kubectl's names for them. */
const SHARED: Readonly<Record<string, string>> = {
  namespace: 'namespace',
  kubeconfig: 'kubeconfig',
  'kube-context': 'context',
  'kube-token': 'token',
  'kube-as-user': 'as',
};

/** What Helm does with the API server, over kubectl's way to it. */
export class Cluster {
  readonly session: Session;

  constructor(invocation: Invocation, flags: FlagValues) {
    const own = new FlagValues(GLOBAL_FLAGS);
    for (const [name, flag] of Object.entries(SHARED)) {
      const definition = GLOBAL_FLAGS.find((one) => one.name === flag);
      if (definition && flags.isSet(name)) own.set(definition, flags.string(name));
    }
    this.session = new Session(invocation, 'helm', { flags: own, args: [], dashAt: -1 }, { name: 'helm', short: '' });
  }

  *namespace(): Task<string> {
    return yield* this.session.namespace();
  }

  *capabilities(): Task<Capabilities> {
    const version = (yield* this.session.get('/version')) as { readonly gitVersion: string };
    const { mappings } = yield* this.session.mapper();
    const versions = mappings.flatMap((mapping) => [apiVersionOf(mapping), `${apiVersionOf(mapping)}/${mapping.kind}`]);
    return { version: version.gitVersion, apiVersions: [...new Set(versions)].sort() };
  }

  /** What `lookup` answers: the object, or the list of all; nothing is an empty map. */
  *lookup(apiVersion: string, kind: string, namespace: string, name: string): Task<unknown> {
    const mapping = (yield* this.session.mapper()).kind(apiVersion, kind);
    if (mapping === undefined) return {};
    return (yield* this.read(apiPath(mapping, namespace, name === '' ? undefined : name))) ?? {};
  }

  *read(path: string): Task<KubeObject | undefined> {
    try {
      return (yield* this.session.get(path, { headers: HEADERS })) as KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  *placed(object: KubeObject, namespace: string): Task<Placed> {
    const mapping = (yield* this.session.mapper()).kind(object.apiVersion, object.kind);
    const name = object.metadata?.name ?? '';
    if (mapping === undefined)
      throw new HelmFailure(
        `unable to build kubernetes objects from release manifest: resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(object.metadata?.namespace ?? '')} from "": no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
      );
    const own = mapping.isNamespaced ? (object.metadata.namespace ?? namespace) : '';
    const metadata = mapping.isNamespaced ? { ...object.metadata, namespace: own } : object.metadata;
    return { mapping, namespace: own, name, object: { ...object, metadata } };
  }

  /** Objects as the server prints them: the one of a name, or those that a selector finds. */
  *table(mapping: Mapping, namespace: string, name: string | undefined, labelSelector = ''): Task<Table | undefined> {
    const headers = { ...HEADERS, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const query: Record<string, string> = labelSelector === '' ? {} : { labelSelector };
    try {
      return (yield* this.session.get(apiPath(mapping, namespace, name), { headers, query })) as Table;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The labels of the Secret that keeps a revision. */
  *labels(release: Release): Task<Readonly<Record<string, string>>> {
    const secret = yield* this.read(`/api/v1/namespaces/${release.namespace}/secrets/${secretName(release)}`);
    return secret?.metadata.labels ?? {};
  }

  *live({ mapping, namespace, name }: Placed): Task<KubeObject | undefined> {
    return yield* this.read(apiPath(mapping, namespace, name));
  }

  *create({ mapping, namespace, object }: Placed): Task {
    yield* this.session.send('POST', apiPath(mapping, namespace), {
      query: { fieldManager: 'helm' },
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: object,
    });
  }

  /** Server-side apply, as Helm 4 does it for what it has installed itself. */
  *apply(placed: Placed, isForced: boolean): Task {
    const query = { fieldManager: 'helm', force: String(isForced) };
    yield* this.patch(placed, CONTENT_TYPES.apply, placed.object, query);
  }

  /** The three-way merge between what was installed, what is to be and what is there: Helm 3's way. */
  *merge(placed: Placed, original: KubeObject | undefined, live: KubeObject): Task {
    const { mapping, object } = placed;
    const schema = schemaFor(apiVersionOf(mapping), mapping.kind);
    const patch = schema
      ? threeWayPatch(original ?? object, object, live, schema)
      : threeWayMergePatch(original ?? object, object, live);
    if (Object.keys(patch).length === 0) return;
    yield* this.patch(placed, CONTENT_TYPES[schema ? 'strategic' : 'merge'], patch, { fieldManager: 'helm' });
  }

  private *patch(
    { mapping, namespace, name }: Placed,
    type: string,
    body: unknown,
    query: Readonly<Record<string, string>>,
  ): Task {
    yield* this.session.send('PATCH', apiPath(mapping, namespace, name), {
      query,
      headers: { ...HEADERS, 'content-type': type },
      body,
    });
  }

  /** Deletes an object; whether there was one. */
  *remove({ mapping, namespace, name }: Placed): Task<'removed' | 'missing'> {
    try {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
      yield* this.session.send('DELETE', apiPath(mapping, namespace, name), { headers: HEADERS, body });
      return 'removed';
    } catch (error) {
      if (isNotFound(error)) return 'missing';
      throw error;
    }
  }

  /** All revisions that are kept, of one name or of all, in a namespace or everywhere; by name and revision. */
  *releases(namespace: string, name?: string): Task<Release[]> {
    const path = namespace === '' ? '/api/v1/secrets' : `/api/v1/namespaces/${namespace}/secrets`;
    const labelSelector = name === undefined ? 'owner=helm' : `name=${name},owner=helm`;
    const list = (yield* this.session.get(path, { query: { labelSelector }, headers: HEADERS })) as {
      readonly items?: readonly KubeObject[];
    };
    const found = (list.items ?? []).map(releaseOf).filter((release) => release !== undefined);
    return found.sort((one, other) =>
      one.name === other.name ? one.version - other.version : one.name < other.name ? -1 : 1,
    );
  }

  *record(release: Release): Task {
    const now = yield* this.session.now();
    yield* this.session.send('POST', `/api/v1/namespaces/${release.namespace}/secrets`, {
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: releaseSecret(release, now),
    });
  }

  *update(release: Release): Task {
    const path = `/api/v1/namespaces/${release.namespace}/secrets/${secretName(release)}`;
    const now = yield* this.session.now();
    yield* this.session.send('PUT', path, {
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: releaseSecret(release, now),
    });
  }

  *forget(release: Release): Task {
    yield* this.session.send('DELETE', `/api/v1/namespaces/${release.namespace}/secrets/${secretName(release)}`, {
      headers: HEADERS,
    });
  }
}

/** A failure in Helm's words; undefined for what is a defect. */
export function problemOf(error: unknown): string | undefined {
  if (error instanceof HelmFailure) return error.message;
  if (error instanceof Refused) return `kubernetes cluster unreachable: ${error.message}`;
  if (error instanceof ServerFailure) return error.message;
  if (error instanceof CommandFailure) return failureText(error).replace(/^error: /, '');
  return undefined;
}
