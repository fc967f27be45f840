import { isMap, parseDocument, visit } from 'yaml';
import { failure } from '../failure.ts';
import { goProblem } from './yaml-problem.ts';

/** Tags of YAML 1.1 that go-yaml v2 does not resolve into values of their own. */
const UNRESOLVED = new Set(['tag:yaml.org,2002:timestamp']);

/**
 * One YAML document as JSON data, by the rules of sigs.k8s.io/yaml: `yes` and `on` are booleans, `0777` is 511, of
 * duplicate keys the last wins, dates stay strings. Throws a `CommandFailure` with the line of a mistake.
 */
export function fromYaml(text: string): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    merge: true,
    logLevel: 'silent',
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === 'string' || !(UNRESOLVED.has(tag.tag) || ('format' in tag && tag.format === 'TIME')),
      ),
  });
  const problem = document.errors[0];
  if (problem) throw failure(`error converting YAML to JSON: yaml: ${goProblem(text, problem)}`);
  visit(document, {
    Pair: (_, { key }) => {
      if (isMap(key)) throw failure(`error converting YAML to JSON: yaml: invalid map key: ${goMap(key.toJSON())}`);
    },
  });
  try {
    return withSortedKeys(document.toJS({ maxAliasCount: 100_000 }));
  } catch (error) {
    const anchor = /alias\): (.*)/.exec(String(error))?.[1];
    const text =
      anchor === undefined ? 'document contains excessive aliasing' : `unknown anchor '${anchor}' referenced`;
    throw failure(`error converting YAML to JSON: yaml: ${text}`);
  }
}

/** Keys in the order in which Go writes a map: the server names the first mistake by it. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, withSortedKeys(part)]));
}

/** A map as Go's `%#v` writes what go-yaml made of it: a template that nobody filled in, `{{ name }}`. */
function goMap(map: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(map).map(([key, value]) => {
    return `${JSON.stringify(key)}:${value === null ? 'interface {}(nil)' : JSON.stringify(value)}`;
  });
  return `map[interface {}]interface {}{${fields.join(', ')}}`;
}

/** Splits a stream at its `---` lines, as apimachinery's YAML reader does. Empty documents stay in the list. */
export function splitDocuments(text: string): string[] {
  return text.replace(/^---[^\n]*\n/, '').split(/\n---[^\n]*(?:\n|$)/);
}
