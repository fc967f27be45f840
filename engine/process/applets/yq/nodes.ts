import { Document, isMap, isNode, isScalar, isSeq, type Node, Pair, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
import type { Fields, Value } from '../jq/value.ts';
import { type InputDocument, keyOf } from './documents.ts';

/**
 * A value as YAML nodes. What the expression left as it was keeps its node, with comments and style; what it changed
 * takes over the comments of `before`, the node in its place.
 */
export function nodeOf(value: Value, document: InputDocument, before?: Node): Node {
  if (value !== null && typeof value === 'object') {
    const known = document.nodes.get(value);
    if (known !== undefined) return known;
    return Array.isArray(value) ? listOf(value, document, before) : mapOf(value as Fields, document, before);
  }
  return isScalar(before) ? changedScalar(value, before) : scalarOf(value);
}

function scalarOf(value: Value): Scalar {
  const scalar = new Scalar(value ?? null);
  if (typeof value !== 'string') return scalar;
  if (value.includes('\n')) scalar.type = 'BLOCK_LITERAL';
  else if (isAmbiguous(value)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

/** Whether a text without quotes would be read as something else. */
function isAmbiguous(text: string): boolean {
  return (
    text === '' ||
    /^(?:~|null|true|false)$/i.test(text) ||
    /^[-+]?(?:0[xob][\da-f_]+|(?:\d[\d_]*)?\.?\d+\.?(?:e[-+]?\d+)?|\.inf|\.nan)$/i.test(text) ||
    /^\d{4}-\d\d-\d\d(?:[Tt ].*)?$/.test(text)
  );
}

function changedScalar(value: Value, before: Scalar): Scalar {
  if ((before.value ?? null) === value) return before;
  const scalar = scalarOf(value);
  const isQuoted = before.type === 'QUOTE_DOUBLE' || before.type === 'QUOTE_SINGLE';
  if (isQuoted && typeof value === 'string' && scalar.type === undefined) scalar.type = before.type;
  scalar.comment = before.comment;
  scalar.commentBefore = before.commentBefore;
  return scalar;
}

function listOf(values: readonly Value[], document: InputDocument, before?: Node): YAMLSeq {
  const list = new YAMLSeq();
  const items = isSeq(before) ? before.items : [];
  if (isSeq(before)) takeOver(list, before);
  list.items = values.map((value, at) => {
    const same = isScalarValue(value) && items.find((item) => isScalar(item) && (item.value ?? null) === value);
    return same || nodeOf(value, document, items[at] as Node | undefined);
  });
  return list;
}

function isScalarValue(value: Value): boolean {
  return value === null || typeof value !== 'object';
}

/** Keys stay in the order of the text; new ones come behind them. */
function mapOf(fields: Fields, document: InputDocument, before?: Node): YAMLMap {
  const map = new YAMLMap();
  const pairs = isMap(before) ? before.items : [];
  if (isMap(before)) takeOver(map, before);
  const merges = pairs.some((pair) => keyOf(pair) === '<<');
  for (const pair of inOrder(pairs, fields)) {
    const name = keyOf(pair);
    if (name === '<<') map.items.push(pair);
    else if (Object.hasOwn(fields, name)) {
      map.items.push(new Pair(pair.key, nodeOf(fields[name], document, pair.value as Node | undefined)));
    }
  }
  const known = new Set(pairs.map(keyOf));
  const inherited = merges ? inheritedOf(before, document) : {};
  for (const [name, value] of Object.entries(fields)) {
    if (!known.has(name) && inherited[name] !== value)
      map.items.push(new Pair(scalarOf(name), nodeOf(value, document)));
  }
  return map;
}

/** Where only the order of the keys changed, it is the new one that counts. */
function inOrder(pairs: readonly Pair[], fields: Fields): readonly Pair[] {
  const names = Object.keys(fields);
  if (names.length !== pairs.length || !pairs.every((pair) => Object.hasOwn(fields, keyOf(pair)))) return pairs;
  return names.map((name) => pairs.find((pair) => keyOf(pair) === name) as Pair);
}

/** What a map has from `<<`. */
function inheritedOf(node: Node | undefined, document: InputDocument): Fields {
  if (!isMap(node) || !document.tree) return {};
  const merge = node.items.find((pair) => keyOf(pair) === '<<');
  const source = (merge?.value as Node | undefined)?.toJS(document.tree) as Fields | readonly Fields[] | undefined;
  return Object.assign({}, ...[source ?? {}].flat()) as Fields;
}

function takeOver(to: YAMLMap | YAMLSeq, from: YAMLMap | YAMLSeq): void {
  to.flow = from.flow === true && from.items.length > 0;
  to.comment = from.comment;
  to.commentBefore = from.commentBefore;
  if (from.anchor !== undefined) to.anchor = from.anchor;
}

export interface YamlStyle {
  readonly indent: number;
  /** Everything in blocks and without quotes that are not needed (`-P`). */
  readonly isPretty: boolean;
}

/** A node as go-yaml prints it. */
export function yamlText(node: Node, { indent, isPretty }: YamlStyle, head?: string | null): string {
  const document = new Document(null, { version: '1.2', merge: true });
  document.contents = node as never;
  if (head) document.commentBefore = head;
  visit(node, (_, part) => {
    if (!isNode(part)) return;
    part.spaceBefore = false;
    if (!isPretty) return;
    if (isScalar(part)) part.type = scalarOf(part.value).type;
    else if (isMap(part) || isSeq(part)) part.flow = false;
  });
  return document.toString({
    verifyAliasOrder: false,
    lineWidth: 0,
    indent,
    singleQuote: true,
    flowCollectionPadding: false,
    indentSeq: true,
  });
}
