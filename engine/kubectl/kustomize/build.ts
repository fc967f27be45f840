import type { KubeObject } from '../../object.ts';
import { complain, readFile } from '../../process/program.ts';
import { fromYaml, splitDocuments } from '../codec/yaml-read.ts';
import { CommandFailure, failure } from '../failure.ts';
import { baseName, fileProblem, join } from '../files.ts';
import { contentHash } from '../generate/name-hash.ts';
import type { Task } from '../task.ts';
import { absorbed, type GeneratorArguments, type GeneratorOptions, generated } from './generators.ts';
import { type LabelSet, withAnnotations, withCommonLabels, withLabels } from './labels.ts';
import { type PatchOptions, type Target, withStrategicPatch, withTargetedPatch } from './patches.ts';
import { withReferences } from './references.ts';
import { type Replacement, withReplacement } from './replacements.ts';
import { type BuiltResource, renamed } from './resource.ts';
import { type ImageChange, legacyOrder, withAffixes, withImage, withNamespace, withReplicas } from './transformers.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
type Any = any;

/** The fields of a kustomization that are simulated. */
interface Kustomization {
  readonly kind?: string;
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelSet[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly configMapGenerator?: readonly GeneratorArguments[];
  readonly secretGenerator?: readonly GeneratorArguments[];
  readonly generatorOptions?: GeneratorOptions;
  readonly patches?: readonly PatchEntry[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly images?: readonly ImageChange[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly replacements?: readonly (Replacement & { readonly path?: string })[];
  readonly sortOptions?: { readonly order?: string };
}

interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Target;
  readonly options?: PatchOptions;
}

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const IGNORED = ['apiVersion', 'kind', 'metadata', 'openapi', 'buildMetadata'];
const SIMULATED = [
  ...['resources', 'bases', 'components', 'namespace', 'namePrefix', 'nameSuffix', 'commonLabels', 'labels'],
  ...['commonAnnotations', 'configMapGenerator', 'secretGenerator', 'generatorOptions', 'patches'],
  ...['patchesStrategicMerge', 'patchesJson6902', 'images', 'replicas', 'replacements', 'sortOptions'],
];
const DEPRECATED = [
  ['bases', 'resources'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['commonLabels', 'labels'],
] as const;
const REFUSED = [
  'configurations',
  'crds',
  'generators',
  'helmCharts',
  'helmGlobals',
  'transformers',
  'validators',
  'vars',
];

/** Builds the kustomization of a folder: all objects, finished. Source: `sigs.k8s.io/kustomize/api/internal/target`. */
export function* buildKustomization(folder: string): Task<KubeObject[]> {
  const { resources, kustomization } = yield* accumulate(folder, yield* readKustomization(folder, true), []);
  const hashed = resources.map((resource) =>
    resource.isHashed
      ? renamed(resource, `${resource.object.metadata.name}-${contentHash(resource.object)}`)
      : resource,
  );
  const finished = withReferences(hashed);
  const order = kustomization.sortOptions?.order ?? 'legacy';
  return (order === 'legacy' ? legacyOrder(finished) : finished).map(({ object }) => object);
}

interface Accumulated {
  readonly resources: BuiltResource[];
  readonly kustomization: Kustomization;
}

/** The objects of a folder. A component works on what is there already. */
function* accumulate(
  folder: string,
  kustomization: Kustomization,
  inherited: readonly BuiltResource[],
): Task<Accumulated> {
  let resources = [...inherited];
  for (const path of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    resources = combined(resources, yield* resourcesAt(folder, path));
  }
  resources = yield* generatedInto(resources, folder, kustomization);
  for (const path of kustomization.components ?? []) {
    const place = resolved(folder, path);
    const component = yield* readKustomization(place);
    if (component.kind !== 'Component') {
      throw failure(
        `accumulating components: accumulateDirectory: "expected kind 'Component' for path '${place}' but got 'Kustomization'"`,
      );
    }
    resources = (yield* accumulate(place, component, resources)).resources;
  }
  return { resources: yield* transformed(resources, folder, kustomization), kustomization };
}

function combined(present: readonly BuiltResource[], more: readonly BuiltResource[]): BuiltResource[] {
  const id = ({ object }: BuiltResource) =>
    [object.apiVersion, object.kind, object.metadata.namespace ?? '', object.metadata.name].join('|');
  const known = new Set(present.map(id));
  const twice = more.find((resource) => known.has(id(resource)));
  if (twice) {
    const { kind, metadata } = twice.object;
    throw failure(
      `accumulating resources: may not add resource with an already registered id: ${kind}.${twice.object.apiVersion.split('/').reverse().join('.')}${twice.object.apiVersion.includes('/') ? '' : '.[noGrp]'}/${metadata.name}.${metadata.namespace ?? '[noNs]'}`,
    );
  }
  return [...present, ...more];
}

function resolved(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of join(folder, path).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function* readKustomization(folder: string, isNamed = false): Task<Kustomization> {
  for (const name of FILE_NAMES) {
    const text = yield* readFile(`${folder}/${name}`);
    if (typeof text !== 'string') continue;
    const kustomization = checked(fromYaml(text) ?? {}, folder);
    for (const [field, instead] of DEPRECATED) {
      if (kustomization[field] === undefined) continue;
      yield* complain(
        `# Warning: '${field}' is deprecated. Please use '${instead}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      );
    }
    return kustomization;
  }
  const answer = (yield { call: 'stat', path: folder }) as object;
  if (isNamed && 'error' in answer) {
    throw failure(`must build at directory: not a valid directory: ${missingFile(baseName(folder), folder)}`);
  }
  throw failure(
    `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
  );
}

function missingFile(shown: string, path: string): string {
  return `evalsymlink failure on '${shown}' : lstat ${path}: no such file or directory`;
}

function checked(value: Any, folder: string): Kustomization {
  for (const field of Object.keys(value)) {
    if (REFUSED.includes(field)) throw failure(`the field ${field} of ${folder}/kustomization.yaml is not simulated`);
    if (SIMULATED.includes(field) || IGNORED.includes(field)) continue;
    throw failure(`invalid Kustomization: json: unknown field ${JSON.stringify(field)}`);
  }
  return value;
}

function* resourcesAt(folder: string, path: string): Task<BuiltResource[]> {
  if (/^(https?:\/\/|git@|github\.com\/)/.test(path)) {
    throw failure(`accumulating resources from '${path}': the model has no internet`);
  }
  const full = resolved(folder, path);
  const text = yield* readFile(full);
  const lead = `accumulating resources: accumulation err='accumulating resources from '${path}': `;
  if (typeof text === 'string') {
    if (full.startsWith(`${folder}/`)) return manifests(path, text);
    throw failure(
      `${lead}security; file '${full}' is not in or below '${folder}'': must build at directory: '${full}': file is not directory`,
    );
  }
  if (text.error !== 'EISDIR') {
    const problem = missingFile(full, full);
    throw failure(`${lead}${problem}': must build at directory: not a valid directory: ${problem}`);
  }
  const kustomization = yield* readKustomization(full);
  if (kustomization.kind === 'Component') {
    throw failure(`${lead}'${full}' must resolve to a file': expected kind != 'Component' for path '${full}'`);
  }
  return (yield* accumulate(full, kustomization, [])).resources;
}

function manifests(path: string, text: string): BuiltResource[] {
  return splitDocuments(text).flatMap((document) => {
    const value = parsed(path, document);
    if (value === null || value === undefined) return [];
    const objects = (value.kind === 'List' ? (value.items ?? []) : [value]) as KubeObject[];
    return objects.map((object) => {
      if (!object.metadata?.name && object.kind !== 'List') throw failure(`missing metadata.name in object in ${path}`);
      return { object, formerNames: [], isHashed: false };
    });
  });
}

function parsed(path: string, text: string): Any {
  try {
    return fromYaml(text);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw failure(`accumulating resources from '${path}': ${error.text.replace(/^error: /, '')}`);
  }
}

function* generatedInto(
  present: readonly BuiltResource[],
  folder: string,
  { configMapGenerator = [], secretGenerator = [], generatorOptions = {} }: Kustomization,
): Task<BuiltResource[]> {
  let resources = [...present];
  for (const given of configMapGenerator) {
    resources = absorbed(resources, yield* generated(folder, 'ConfigMap', given, generatorOptions));
  }
  for (const given of secretGenerator) {
    resources = absorbed(resources, yield* generated(folder, 'Secret', given, generatorOptions));
  }
  return resources;
}

/** The transformers in kustomize's order: patches, namespace, names, labels, annotations, replicas, images, replacements. */
function* transformed(present: readonly BuiltResource[], folder: string, own: Kustomization): Task<BuiltResource[]> {
  let resources = yield* patched([...present], folder, own);
  const { namespace, namePrefix = '', nameSuffix = '' } = own;
  if (namespace) resources = resources.map((resource) => withNamespace(resource, namespace));
  resources = withReferences(resources.map((resource) => withAffixes(resource, namePrefix, nameSuffix)));
  for (const set of own.labels ?? []) resources = resources.map((resource) => withLabels(resource, set));
  const { commonLabels, commonAnnotations } = own;
  if (commonLabels) resources = resources.map((resource) => withCommonLabels(resource, commonLabels));
  if (commonAnnotations) resources = resources.map((resource) => withAnnotations(resource, commonAnnotations));
  for (const entry of own.patchesJson6902 ?? []) resources = yield* patchedBy(resources, folder, entry);
  for (const { name, count } of own.replicas ?? []) {
    resources = resources.map((resource) => withReplicas(resource, name, Number(count)));
  }
  for (const image of own.images ?? []) resources = resources.map((resource) => withImage(resource, image));
  for (const entry of own.replacements ?? []) {
    const list = entry.path ? yield* replacementsAt(folder, entry.path) : [entry];
    for (const replacement of list) resources = withReplacement(resources, replacement);
  }
  return resources;
}

function* replacementsAt(folder: string, path: string): Task<readonly Replacement[]> {
  const value = parsed(path, yield* patchText(folder, path)) as Any;
  return Array.isArray(value) ? value : (value.replacements ?? [value]);
}

function* patched(present: BuiltResource[], folder: string, own: Kustomization): Task<BuiltResource[]> {
  let resources = present;
  for (const entry of own.patchesStrategicMerge ?? []) {
    const text = entry.includes('\n') ? entry : yield* patchText(folder, entry);
    for (const patch of splitDocuments(text).map((document) => parsed(entry, document))) {
      if (patch) resources = withStrategicPatch(resources, patch);
    }
  }
  for (const entry of own.patches ?? []) resources = yield* patchedBy(resources, folder, entry);
  return resources;
}

function* patchText(folder: string, path: string): Task<string> {
  const text = yield* readFile(resolved(folder, path));
  if (typeof text === 'string') return text;
  throw failure(
    `trouble configuring builtin PatchTransformer: failed to get the patch file from path(${path}): evalsymlink failure on '${resolved(folder, path)}' : lstat ${resolved(folder, path)}: ${fileProblem(text)}`,
  );
}

function* patchedBy(present: BuiltResource[], folder: string, entry: PatchEntry): Task<BuiltResource[]> {
  const text = entry.path ? yield* patchText(folder, entry.path) : (entry.patch ?? '');
  let resources = present;
  for (const document of splitDocuments(text)) {
    const patch = parsed(entry.path ?? 'patch', document);
    if (!patch) continue;
    if (entry.target) resources = withTargetedPatch(resources, entry.target, patch, entry.options ?? {});
    else if (Array.isArray(patch)) throw failure('must specify a target for JSON patch');
    else resources = withStrategicPatch(resources, patch);
  }
  return resources;
}
