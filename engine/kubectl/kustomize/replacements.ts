import { failure } from '../failure.ts';
import { isTarget, type Target } from './patches.ts';
import { type BuiltResource, withObject } from './resource.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
type Any = any;

interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}

/** Copies the value of a field of one object into fields of others. */
export interface Replacement {
  readonly source?: Target & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly sourceValue?: unknown;
  readonly targets?: readonly {
    readonly select: Target;
    readonly reject?: readonly Target[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

/** `spec.containers.[name=web].image`, `metadata.annotations.a\.b`. */
function pathParts(path: string): string[] {
  const parts: string[] = [];
  for (const match of path.matchAll(/\[([^\]]*)\]|((?:\\.|[^.[\]])+)/g)) {
    parts.push(match[1] === undefined ? (match[2] as string).replace(/\\(.)/g, '$1') : `[${match[1]}]`);
  }
  return parts;
}

/** Changes what a path means: `*` every item, `[name=web]` the item whose name is web, `0` the first. */
function changePath(value: Any, parts: readonly string[], create: boolean, change: (found: Any) => Any): Any {
  const [part, ...rest] = parts;
  if (part === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => (isItem(item, index, part) ? changePath(item, rest, create, change) : item));
  }
  if (typeof value !== 'object' || value === null) {
    if (!create || part.startsWith('[')) return value;
    return { [part]: changePath(undefined, rest, create, change) };
  }
  if (part === '*') {
    return Object.fromEntries(
      Object.entries(value as Record<string, Any>).map(([key, field]) => [
        key,
        changePath(field, rest, create, change),
      ]),
    );
  }
  if (value[part] === undefined && !create) return value;
  return { ...value, [part]: changePath(value[part], rest, create, change) };
}

function isItem(item: Any, index: number, part: string): boolean {
  if (part === '*') return true;
  const selector = /^\[(.+?)=(.*)\]$/.exec(part);
  if (selector) return String(item?.[selector[1] as string] ?? '') === selector[2];
  return part === String(index);
}

function valuesAt(value: Any, parts: readonly string[]): Any[] {
  const found: Any[] = [];
  changePath(value, parts, false, (one) => {
    found.push(one);
    return one;
  });
  return found;
}

function sourceValue(resources: readonly BuiltResource[], { source, sourceValue: literal }: Replacement): unknown {
  if (literal !== undefined) return literal;
  if (!source) throw failure('replacements must specify a source and at least one target');
  const found = resources.filter((resource) => isTarget(resource, source));
  if (found.length === 0) throw failure(`nothing selected by ${describe(source)}`);
  if (found.length > 1) throw failure(`multiple matches for selector ${describe(source)}`);
  const path = source.fieldPath || 'metadata.name';
  const [value] = valuesAt(found[0]?.object, pathParts(path));
  if (value === undefined) throw failure(`fieldPath \`${path}\` is missing for replacement source ${describe(source)}`);
  const { delimiter, index = 0 } = source.options ?? {};
  return delimiter ? String(value).split(delimiter)[index] : value;
}

function describe({ kind, name, namespace }: Target): string {
  return `${kind ?? '[noKind]'}.[noVer].[noGrp]/${name ?? '[noName]'}.${namespace ?? '[noNs]'}`;
}

function inserted(present: unknown, value: unknown, { delimiter, index = 0 }: FieldOptions): unknown {
  if (!delimiter) return value;
  const parts = String(present ?? '').split(delimiter);
  if (index < 0) return [value, ...parts].join(delimiter);
  if (index >= parts.length) return [...parts, value].join(delimiter);
  return parts.with(index, String(value)).join(delimiter);
}

export function withReplacement(resources: readonly BuiltResource[], replacement: Replacement): BuiltResource[] {
  const value = sourceValue(resources, replacement);
  let result = [...resources];
  for (const { select, reject = [], fieldPaths = ['metadata.name'], options = {} } of replacement.targets ?? []) {
    result = result.map((resource) => {
      if (!isTarget(resource, select) || reject.some((target) => isTarget(resource, target))) return resource;
      let object: Any = resource.object;
      for (const path of fieldPaths) {
        const parts = pathParts(path);
        if (!options.create && valuesAt(object, parts).length === 0) {
          throw failure(`unable to find field ${JSON.stringify(path)} in replacement target`);
        }
        object = changePath(object, parts, options.create === true, (present) => inserted(present, value, options));
      }
      return withObject(resource, object);
    });
  }
  return result;
}
