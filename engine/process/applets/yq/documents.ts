import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments } from 'yaml';
import type { Path, Value } from '../jq/value.ts';

/** One document of the input: its value, and the nodes of its text with their comments and styles. */
export interface InputDocument {
  readonly value: Value;
  readonly fileName: string;
  readonly fileIndex: number;
  readonly documentIndex: number;
  readonly tree?: Document;
  /** The nodes that maps and lists of the value were made from. */
  readonly nodes: WeakMap<object, Node>;
}

/** The text is no YAML; the message is go-yaml's. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

/** The documents of a file. Throws `YamlError`. */
export function documentsOf(text: string, fileName: string, fileIndex: number): InputDocument[] {
  const trees = parseAllDocuments(text, { version: '1.2', merge: true, uniqueKeys: false, logLevel: 'silent' });
  if (!Array.isArray(trees)) return [emptyDocument(fileName, fileIndex)];
  return trees.map((tree, documentIndex) => {
    const problem = tree.errors[0];
    if (problem) {
      const line = problem.linePos?.[0].line ?? 1;
      throw new YamlError(`yaml: line ${line}: ${goMessage(problem.code, problem.message)}`);
    }
    const nodes = new WeakMap<object, Node>();
    const value = dataOf(tree.contents, tree, nodes);
    return { value, fileName, fileIndex, documentIndex, tree, nodes };
  });
}

/** go-yaml's words for the library's errors. */
function goMessage(code: string, message: string): string {
  if (/flow sequence/i.test(message)) return "did not find expected ',' or ']'";
  if (/flow map/i.test(message)) return "did not find expected ',' or '}'";
  if (code === 'TAB_AS_INDENT') return 'found character that cannot start any token';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'mapping values are not allowed in this context';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY') return "could not find expected ':'";
  return (message.split(/ at line|\n/)[0] as string).replace(/:$/, '');
}

/** A document that is not there: the input of `-n`, and what an empty file holds. */
export function emptyDocument(fileName: string, fileIndex: number, value: Value = null): InputDocument {
  return { value, fileName, fileIndex, documentIndex: 0, nodes: new WeakMap() };
}

function dataOf(node: unknown, tree: Document, nodes: WeakMap<object, Node>): Value {
  if (isAlias(node)) return dataOf(node.resolve(tree), tree, nodes);
  if (isScalar(node)) return node.value ?? null;
  let value: object | undefined;
  if (isSeq(node)) value = node.items.map((item) => dataOf(item, tree, nodes));
  else if (isMap(node)) value = fieldsOf(node.items, tree, nodes);
  if (value === undefined) return null;
  nodes.set(value, node as Node);
  return value;
}

function fieldsOf(pairs: readonly Pair[], tree: Document, nodes: WeakMap<object, Node>): Record<string, Value> {
  const own = pairs.filter((pair) => keyOf(pair) !== '<<');
  const merged = pairs.filter((pair) => keyOf(pair) === '<<').map((pair) => dataOf(pair.value, tree, nodes));
  const fields = Object.assign({}, ...merged.flat().reverse()) as Record<string, Value>;
  return { ...fields, ...Object.fromEntries(own.map((pair) => [keyOf(pair), dataOf(pair.value, tree, nodes)])) };
}

/** A pair's key as text. */
export function keyOf({ key }: Pair): string {
  if (!isScalar(key)) return String(key);
  return typeof key.value === 'symbol' ? '<<' : String(key.value);
}

/** The node at a place of a document. */
export function nodeAt({ tree }: InputDocument, path: Path): Node | undefined {
  let node: unknown = tree?.contents;
  for (const key of path) {
    if (isAlias(node) && tree) node = node.resolve(tree);
    if (isSeq(node)) node = node.items[Number(key) < 0 ? node.items.length + Number(key) : Number(key)];
    else if (isMap(node)) node = node.items.find((pair) => keyOf(pair) === String(key))?.value;
    else return undefined;
  }
  return (node ?? undefined) as Node | undefined;
}
