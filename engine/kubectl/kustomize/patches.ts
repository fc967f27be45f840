import { applyJsonPatch } from '../../apiserver/patch/json.ts';
import { applyMergePatch } from '../../apiserver/patch/merge.ts';
import { applyStrategicPatch } from '../../apiserver/patch/strategic.ts';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import { isSelectorError, matchesLabels, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import type { KubeObject } from '../../object.ts';
import { failure } from '../failure.ts';
import { type BuiltResource, groupOf, versionOf, withObject } from './resource.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
type Any = any;

/** Which objects are meant; names and namespaces are regular expressions. */
export interface Target {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

function fits(pattern: string | undefined, texts: readonly string[]): boolean {
  if (!pattern) return true;
  const expression = new RegExp(`^(?:${pattern})$`);
  return texts.some((text) => expression.test(text));
}

function selects(text: string | undefined, labels: Readonly<Record<string, string>> | undefined): boolean {
  const selector = parseLabelSelector(text ?? '');
  if (isSelectorError(selector)) throw failure(selector.error);
  return matchesLabels(selector, labels);
}

export function isTarget(resource: BuiltResource, target: Target): boolean {
  const { object, formerNames } = resource;
  const { metadata } = object;
  return (
    fits(target.group, [groupOf(object)]) &&
    fits(target.version, [versionOf(object)]) &&
    fits(target.kind, [object.kind]) &&
    fits(target.name, [metadata.name, ...formerNames]) &&
    fits(target.namespace, [metadata.namespace ?? '', ...(metadata.namespace ? [] : ['default'])]) &&
    selects(target.labelSelector, metadata.labels) &&
    selects(target.annotationSelector, metadata.annotations)
  );
}

export interface PatchOptions {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}

/** Applies one strategic patch to an object; undefined when the patch deletes it. */
function merged(object: KubeObject, patch: Any, options: PatchOptions): KubeObject | undefined {
  if (patch.$patch === 'delete') return undefined;
  const schema = schemaFor(object.apiVersion, object.kind);
  const result = (schema
    ? applyStrategicPatch(object as never, patch, schema)
    : applyMergePatch(object as never, patch)) as unknown as KubeObject;
  const name = options.allowNameChange ? result.metadata.name : object.metadata.name;
  const kind = options.allowKindChange ? result.kind : object.kind;
  return { ...result, apiVersion: object.apiVersion, kind, metadata: { ...result.metadata, name } };
}

/** The objects after a strategic patch that names its object itself. */
export function withStrategicPatch(resources: readonly BuiltResource[], patch: Any): BuiltResource[] {
  const { name, namespace } = patch.metadata ?? {};
  const index = resources.findIndex(
    ({ object, formerNames }) =>
      object.kind === patch.kind &&
      groupOf(object) === groupOf(patch) &&
      [object.metadata.name, ...formerNames].includes(name) &&
      (!namespace || object.metadata.namespace === namespace),
  );
  const found = resources[index];
  if (!found) {
    const version = `${patch.kind ?? ''}.${versionOf(patch)}.${groupOf(patch) || '[noGrp]'}`;
    throw failure(
      `no resource matches strategic merge patch "${version}/${name ?? ''}.${namespace ?? '[noNs]'}": no matches for Id ${version}/${name ?? ''}.${namespace ?? '[noNs]'}; failed to find unique target for patch ${version}/${name ?? ''}.${namespace ?? '[noNs]'}`,
    );
  }
  const object = merged(found.object, patch, {});
  return object ? resources.with(index, withObject(found, object)) : resources.toSpliced(index, 1);
}

/** The objects after a patch of either form for all that a target means. */
export function withTargetedPatch(
  resources: readonly BuiltResource[],
  target: Target,
  patch: Any,
  options: PatchOptions,
): BuiltResource[] {
  return resources.flatMap((resource) => {
    if (!isTarget(resource, target)) return [resource];
    if (Array.isArray(patch)) {
      return [withObject(resource, applyJsonPatch(resource.object as never, patch as never) as unknown as KubeObject)];
    }
    const object = merged(resource.object, patch, options);
    return object ? [withObject(resource, object)] : [];
  });
}
