// biome-ignore lint/suspicious/noExplicitAny: manifests are whatever their authors wrote
type Any = any;

/** A place in objects of some kinds: `spec/template/metadata/labels`; `[]` goes into every item of a list. */
export interface FieldSpec {
  readonly path: string;
  /** Undefined: every kind. */
  readonly kinds?: readonly string[];
  readonly group?: string;
  /** Make what is missing on the way. */
  readonly create?: boolean;
}

/** Changes the values at a path; what is missing is only made with `create`. */
export function changeAt(value: Any, path: readonly string[], create: boolean, change: (found: Any) => Any): Any {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (key.endsWith('[]')) {
    return changeKey(value, key.slice(0, -2), create, (list) =>
      Array.isArray(list) ? list.map((item) => changeAt(item, rest, create, change)) : list,
    );
  }
  return changeKey(value, key, create, (found) => changeAt(found, rest, create, change));
}

function changeKey(value: Any, key: string, create: boolean, change: (found: Any) => Any): Any {
  if (value === undefined || value === null) {
    if (!create) return value;
    return withKey({}, key, change(undefined));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  if (value[key] === undefined && !create) return value;
  return withKey(value, key, change(value[key]));
}

function withKey(value: Any, key: string, field: Any): Any {
  if (field === value[key]) return value;
  if (field === undefined) return value;
  return { ...value, [key]: field };
}

/** Changes an object at all places that are meant for its kind. */
export function changeFields(object: Any, specs: readonly FieldSpec[], change: (found: Any) => Any): Any {
  let result = object;
  for (const { path, kinds, create = false } of specs) {
    if (kinds && !kinds.includes(object.kind)) continue;
    result = changeAt(result, path.split('/'), create, change);
  }
  return result;
}
