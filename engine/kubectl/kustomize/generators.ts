import { base64Encode } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { readFile } from '../../process/program.ts';
import { failure } from '../failure.ts';
import { baseName, fileProblem, join } from '../files.ts';
import type { Task } from '../task.ts';
import type { BuiltResource } from './resource.ts';

/** What a generator adds to its object. */
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface GeneratorArguments {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: 'create' | 'merge' | 'replace';
  readonly files?: readonly string[];
  readonly literals?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

function* contentOf(directory: string, path: string): Task<string> {
  const text = yield* readFile(join(directory, path));
  if (typeof text === 'string') return text;
  const full = join(directory, path);
  throw failure(
    `loading KV pairs: file sources: [${path}]: evalsymlink failure on '${full}' : lstat ${full}: ${fileProblem(text)}`,
  );
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2');
}

/** The pairs of a generator: env files, literals, files. */
function* pairsOf(directory: string, given: GeneratorArguments): Task<[string, string][]> {
  const pairs: [string, string][] = [];
  for (const path of [...(given.envs ?? []), ...(given.env ? [given.env] : [])]) {
    for (const line of (yield* contentOf(directory, path)).split('\n')) {
      const text = line.replace(/\r$/, '').trimStart();
      if (text === '' || text.startsWith('#')) continue;
      const equals = text.indexOf('=');
      pairs.push(equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]);
    }
  }
  for (const literal of given.literals ?? []) {
    const equals = literal.indexOf('=');
    if (equals <= 0) {
      throw failure(
        `loading KV pairs: literal sources: [${literal}]: invalid literal source ${literal}, expected key=value`,
      );
    }
    pairs.push([literal.slice(0, equals), unquoted(literal.slice(equals + 1))]);
  }
  for (const file of given.files ?? []) {
    const equals = file.indexOf('=');
    const path = file.slice(equals + 1);
    pairs.push([equals < 0 ? baseName(path) : file.slice(0, equals), yield* contentOf(directory, path)]);
  }
  return pairs;
}

/** The ConfigMap or Secret that a generator makes. */
export function* generated(
  directory: string,
  kind: 'ConfigMap' | 'Secret',
  given: GeneratorArguments,
  common: GeneratorOptions,
): Task<BuiltResource> {
  const options = {
    ...common,
    ...given.options,
    labels: { ...common.labels, ...given.options?.labels },
    annotations: { ...common.annotations, ...given.options?.annotations },
  };
  const data: Record<string, string> = {};
  for (const [key, value] of yield* pairsOf(directory, given)) {
    if (key in data) throw failure(`configmap ${given.name ?? ''} illegally repeats the key \`${key}\``);
    data[key] = kind === 'Secret' ? base64Encode(value) : value;
  }
  const object = {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 ? { data } : {}),
    ...(options.immutable ? { immutable: true } : {}),
    kind,
    metadata: {
      ...(Object.keys(options.annotations).length > 0 ? { annotations: options.annotations } : {}),
      ...(Object.keys(options.labels).length > 0 ? { labels: options.labels } : {}),
      name: given.name ?? '',
      ...(given.namespace ? { namespace: given.namespace } : {}),
    },
    ...(kind === 'Secret' ? { type: given.type || 'Opaque' } : {}),
  } as unknown as KubeObject;
  return { object, formerNames: [], isHashed: !options.disableNameSuffixHash, behavior: given.behavior ?? 'create' };
}

/** Adds what a generator made to what is there, as its behavior says. */
export function absorbed(resources: readonly BuiltResource[], made: BuiltResource): BuiltResource[] {
  const { kind, metadata } = made.object;
  const index = resources.findIndex(
    ({ object, formerNames }) =>
      object.kind === kind &&
      [object.metadata.name, ...formerNames].includes(metadata.name) &&
      (object.metadata.namespace ?? '') === (metadata.namespace ?? object.metadata.namespace ?? ''),
  );
  const present = resources[index];
  if (made.behavior === 'create') {
    if (!present) return [...resources, made];
    throw failure(
      `merging from generator ${metadata.name}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${metadata.name}", Namespace:"${metadata.namespace ?? ''}"} exists; behavior must be merge or replace`,
    );
  }
  if (!present) {
    throw failure(
      `merging from generator ${metadata.name}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${metadata.name}", Namespace:"${metadata.namespace ?? ''}"} does not exist; cannot merge or replace`,
    );
  }
  const object =
    made.behavior === 'merge' ? mergedData(present.object, made.object) : replaced(present.object, made.object);
  return resources.with(index, { ...present, object, isHashed: present.isHashed || made.isHashed });
}

function mergedData(present: KubeObject, made: KubeObject): KubeObject {
  const { labels, annotations } = made.metadata;
  return {
    ...present,
    data: { ...present.data, ...made.data },
    metadata: {
      ...present.metadata,
      ...(labels ? { labels: { ...present.metadata.labels, ...labels } } : {}),
      ...(annotations ? { annotations: { ...present.metadata.annotations, ...annotations } } : {}),
    },
  };
}

function replaced(present: KubeObject, made: KubeObject): KubeObject {
  const { name, namespace } = present.metadata;
  return { ...made, metadata: { ...made.metadata, name, ...(namespace ? { namespace } : {}) } };
}
