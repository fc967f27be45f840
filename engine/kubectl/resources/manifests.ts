import type { KubeObject } from '../../object.ts';
import { readAll, readFile } from '../../process/program.ts';
import { compactJson } from '../codec/json.ts';
import { isCutOff } from '../codec/json-prefix.ts';
import { fromYaml, splitDocuments } from '../codec/yaml-read.ts';
import type { Mapper, Mapping } from '../discovery.ts';
import { fieldValidation } from '../dry-run.ts';
import { CommandFailure, failure } from '../failure.ts';
import { fileProblem, join, listDirectory } from '../files.ts';
import { buildKustomization } from '../kustomize/build.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import type { Resource } from './object.ts';

/** One manifest as a file has it, lists opened. */
export interface Manifest {
  readonly source: string;
  readonly object: KubeObject;
}

/** What reading files gave: the good manifests in order and what went wrong with the others. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly failures: readonly Error[];
}

const EXTENSIONS = /\.(json|yaml|yml)$/;

/** Reads the files, directories and standard input (`-`) that `-f` names. A path that does not exist ends the command. */
export function* readManifests(session: Session, paths: readonly string[]): Task<Manifests> {
  const folder = session.flags.has('kustomize') ? session.flags.string('kustomize') : '';
  if (folder && paths.length > 0) throw failure('only one of -f or -k can be specified');
  if (folder) return yield* readKustomization(session, folder);
  const manifests: Manifest[] = [];
  const failures: Error[] = [];
  for (const [source, text] of yield* readSources(session, paths)) {
    for (const document of documentsOf(text)) {
      try {
        manifests.push(...parseManifest(source, document, isValidated(session)));
      } catch (error) {
        failures.push(error as Error);
        break;
      }
    }
  }
  return { manifests, failures };
}

/** What `-k` builds. */
function* readKustomization(session: Session, folder: string): Task<Manifests> {
  const path = join(session.invocation.directory, folder).replace(/\/\.?$/, '');
  const objects = yield* buildKustomization(path);
  return { manifests: objects.map((object) => ({ source: folder, object })), failures: [] };
}

function* readSources(session: Session, paths: readonly string[]): Task<[string, string][]> {
  const sources: [string, string][] = [];
  for (const path of paths) {
    if (path === '-') sources.push(['STDIN', yield* readAll(0)]);
    else if (/^https?:\/\//.test(path))
      throw failure(`unable to read URL ${JSON.stringify(path)}: the model has no internet`);
    else sources.push(...(yield* readPath(session, path, true)));
  }
  return sources;
}

function* readPath(session: Session, path: string, isNamed: boolean): Task<[string, string][]> {
  const full = join(session.invocation.directory, path);
  const text = yield* readFile(full);
  if (typeof text === 'string') return isNamed || EXTENSIONS.test(path) ? [[path, text]] : [];
  if (text.error === 'ENOENT') throw failure(`the path ${JSON.stringify(path)} does not exist`);
  if (text.error !== 'EISDIR')
    throw failure(`the path ${JSON.stringify(path)} cannot be accessed: ${fileProblem(text)}`);
  if (!isNamed && !session.flags.boolean('recursive')) return [];
  const names = yield* listDirectory(full);
  if (!Array.isArray(names))
    throw failure(`the path ${JSON.stringify(path)} cannot be accessed: ${fileProblem(names)}`);
  const sources: [string, string][] = [];
  for (const name of names) sources.push(...(yield* readPath(session, `${path.replace(/\/$/, '')}/${name}`, false)));
  if (isNamed && sources.length === 0 && !session.flags.boolean('recursive')) {
    throw failure(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  }
  return sources;
}

function documentsOf(text: string): string[] {
  if (text.trimStart().startsWith('{')) {
    try {
      JSON.parse(text);
      return [text];
    } catch {
      return jsonStream(text) ?? splitDocuments(text);
    }
  }
  return splitDocuments(text);
}

/** Several JSON objects one after the other. */
function jsonStream(text: string): string[] | undefined {
  const parts = text.split(/(?<=\})\s*\n(?=\{)/);
  try {
    for (const part of parts) JSON.parse(part);
    return parts;
  } catch {
    return undefined;
  }
}

/** Does the command look at manifests before it sends them? */
function isValidated({ flags }: Session): boolean {
  return flags.has('validate') && fieldValidation(flags.string('validate')) !== 'Ignore';
}

function parseManifest(source: string, document: string, isValidated: boolean): Manifest[] {
  const value = parseText(source, document);
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw failure(invalidData(source, 'invalid object to validate'));
  }
  const object = value as KubeObject;
  for (const field of ['apiVersion', 'kind'] as const) {
    const type = object[field] as unknown;
    if (type && typeof type !== 'string') throw failure(invalidData(source, `${field} isn't string type`));
  }
  if (isValidated && (!object.apiVersion || !object.kind)) throw failure(missingType(source, object));
  if (!object.kind) {
    const problem = `Object 'Kind' is missing in '${compactJson(object)}'`;
    throw failure(`unable to decode ${JSON.stringify(source)}: ${problem}`);
  }
  const problem = metadataProblem(object.metadata);
  if (problem) throw failure(`unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${problem}`);
  if (object.kind === 'List' || (object.kind.endsWith('List') && Array.isArray(object.items))) {
    return ((object.items ?? []) as KubeObject[]).map((item) => ({ source, object: item }));
  }
  return [{ source, object }];
}

/** What in the metadata is of a wrong type, in the words of Go's decoder; kubectl itself reads no more of an object. */
function metadataProblem(metadata: unknown): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isMap(metadata))
    return `${jsonType(metadata)} into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta`;
  for (const [name, value] of Object.entries(metadata)) {
    const field = `Go struct field ObjectMeta.metadata.${name} of type`;
    if (value === null) continue;
    if (TEXTS.includes(name) && typeof value !== 'string') return `${jsonType(value)} into ${field} string`;
    if (!TEXT_MAPS.includes(name)) continue;
    if (!isMap(value)) return `${jsonType(value)} into ${field} map[string]string`;
    const wrong = Object.values(value).find((text) => text !== null && typeof text !== 'string');
    if (wrong !== undefined) return `${jsonType(wrong)} into ${field} string`;
  }
  return undefined;
}

const TEXTS = ['generateName', 'name', 'namespace', 'resourceVersion', 'uid'];
const TEXT_MAPS = ['annotations', 'labels'];

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Go's decoder calls a value. */
function jsonType(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

function missingType(source: string, object: KubeObject): string {
  const missing = [object.apiVersion ? '' : 'apiVersion not set', object.kind ? '' : 'kind not set'].filter(Boolean);
  const list = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
  return invalidData(source, list as string);
}

function invalidData(source: string, problem: string): string {
  return `error validating ${JSON.stringify(source)}: error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`;
}

function parseText(source: string, document: string): unknown {
  if (isCutOff(document)) throw failure(`error parsing ${source}: unexpected EOF`);
  try {
    return fromYaml(document);
  } catch (error) {
    if (error instanceof CommandFailure)
      throw failure(`error parsing ${source}: ${error.text.replace(/^error: /, '')}`);
    throw error;
  }
}

/** Finds what a manifest's kind is served as, and gives it the namespace it goes to. */
export function* manifestResource(session: Session, { source, object }: Manifest): Task<Resource> {
  const mapper = yield* session.mapper();
  const mapping = object.apiVersion ? mapper.kind(object.apiVersion, object.kind) : unversioned(mapper, object.kind);
  if (!mapping) throw noMatch(source, object);
  const namespace = yield* namespaceOf(session, mapping, object);
  const isLocal = session.flags.has('local') && session.flags.boolean('local');
  const metadata = { ...object.metadata, ...(mapping.isNamespaced && !isLocal ? { namespace } : {}) };
  return { mapping, namespace, name: object.metadata?.name ?? '', object: { ...object, metadata }, source };
}

/** A kind of the core group that is asked for in no version: the server knows no such path. */
function unversioned(mapper: Mapper, kind: string): Mapping | undefined {
  const mapping = mapper.kind('v1', kind);
  return mapping && { ...mapping, version: '' };
}

function noMatch(source: string, object: KubeObject): CommandFailure {
  const name = object.metadata?.name ?? '';
  const namespace = object.metadata?.namespace ?? '';
  return failure(
    `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
  );
}

function* namespaceOf(session: Session, mapping: Mapping, object: KubeObject): Task<string> {
  if (!mapping.isNamespaced) return '';
  const wanted = yield* session.namespace();
  const own = object.metadata?.namespace;
  if (!own) return wanted;
  if (session.isNamespaceForced && own !== wanted) {
    throw failure(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(wanted)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return own;
}
