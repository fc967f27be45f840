/**
 * A set of fields of an object, as a tree: the form in which `managedFields` says who owns what. A path belongs to the
 * set when its node is a member; `children` are keyed by path elements in the notation of FieldsV1 (`f:spec`,
 * `k:{"name":"web"}`, `v:"a"`).
 */
export interface FieldSet {
  readonly isMember: boolean;
  readonly children: Readonly<Record<string, FieldSet>>;
}

/** The JSON of `fieldsV1`: a member with children carries `'.': {}`. */
export interface FieldsV1 {
  readonly [element: string]: FieldsV1;
}

const NO_CHILDREN: Readonly<Record<string, FieldSet>> = {};

export const EMPTY: FieldSet = { isMember: false, children: NO_CHILDREN };
/** A member without children. */
export const LEAF: FieldSet = { isMember: true, children: NO_CHILDREN };

export function isEmptySet(set: FieldSet): boolean {
  return !set.isMember && Object.keys(set.children).length === 0;
}

/** Makes a node; children that are empty are left out. */
function node(isMember: boolean, children: Readonly<Record<string, FieldSet>>): FieldSet {
  const kept = Object.entries(children).filter(([, child]) => !isEmptySet(child));
  if (kept.length === 0) return isMember ? LEAF : EMPTY;
  return { isMember, children: Object.fromEntries(kept) };
}

/** The set with one child more. */
export function withChild(set: FieldSet, element: string, child: FieldSet): FieldSet {
  return node(set.isMember, { ...set.children, [element]: child });
}

export function asMember(set: FieldSet): FieldSet {
  return set.isMember ? set : node(true, set.children);
}

export function union(one: FieldSet, other: FieldSet): FieldSet {
  const children: Record<string, FieldSet> = { ...one.children };
  for (const [element, child] of Object.entries(other.children)) {
    const mine = children[element];
    children[element] = mine === undefined ? child : union(mine, child);
  }
  return node(one.isMember || other.isMember, children);
}

/** Members of `one` that `other` doesn't have. */
export function difference(one: FieldSet, other: FieldSet): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const [element, child] of Object.entries(one.children)) {
    const theirs = other.children[element];
    children[element] = theirs === undefined ? child : difference(child, theirs);
  }
  return node(one.isMember && !other.isMember, children);
}

/** Members of `one` that are neither members of `other` nor have members of it below them: what may go with them. */
export function apart(one: FieldSet, other: FieldSet): FieldSet {
  if (isEmptySet(other)) return one;
  const children: Record<string, FieldSet> = {};
  for (const [element, child] of Object.entries(one.children)) {
    const theirs = other.children[element];
    children[element] = theirs === undefined ? child : apart(child, theirs);
  }
  return node(false, children);
}

export function intersection(one: FieldSet, other: FieldSet): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const [element, child] of Object.entries(one.children)) {
    const theirs = other.children[element];
    if (theirs !== undefined) children[element] = intersection(child, theirs);
  }
  return node(one.isMember && other.isMember, children);
}

export function toFieldsV1(set: FieldSet): FieldsV1 {
  const elements = Object.keys(set.children).sort();
  const fields: Record<string, FieldsV1> = {};
  if (set.isMember && elements.length > 0) fields['.'] = {};
  for (const element of elements) fields[element] = toFieldsV1(set.children[element] as FieldSet);
  return fields;
}

export function fromFieldsV1(fields: FieldsV1, isRoot = true): FieldSet {
  const { '.': self, ...rest } = fields;
  const elements = Object.entries(rest);
  const children = Object.fromEntries(elements.map(([element, child]) => [element, fromFieldsV1(child, false)]));
  return node(self !== undefined || (!isRoot && elements.length === 0), children);
}

/** All members as paths for people: `.spec.template.spec.containers[name="a"].image`. */
export function memberPaths(set: FieldSet, prefix = ''): string[] {
  const paths = set.isMember ? [prefix] : [];
  for (const element of Object.keys(set.children).sort()) {
    paths.push(...memberPaths(set.children[element] as FieldSet, prefix + elementText(element)));
  }
  return paths;
}

/** `f:spec` -> `.spec`, `k:{"name":"a"}` -> `[name="a"]`, `v:"a"` -> `[="a"]`. */
export function elementText(element: string): string {
  const content = element.slice(2);
  if (element.startsWith('f:')) return `.${content}`;
  if (element.startsWith('v:')) return `[=${content}]`;
  const keys = JSON.parse(content) as Record<string, unknown>;
  return `[${Object.keys(keys)
    .sort()
    .map((key) => `${key}=${JSON.stringify(keys[key])}`)
    .join(',')}]`;
}
