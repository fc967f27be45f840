import type { KubeObject } from '../../object.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a path of plain names such as `.spec.replicas` leads to; `undefined` where there is nothing. */
export function valueAt(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const name of namesOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Fields)[name];
  }
  return value;
}

/** The object with another value at a path. */
export function withValueAt(object: KubeObject, path: string, value: unknown): KubeObject {
  return replaced(object, namesOf(path), value) as KubeObject;
}

function replaced(parent: unknown, names: readonly string[], value: unknown): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  const fields = (typeof parent === 'object' && parent !== null ? parent : {}) as Fields;
  return { ...fields, [name]: replaced(fields[name], rest, value) };
}

function namesOf(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}
