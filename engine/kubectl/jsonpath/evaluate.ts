import { compactJson } from '../codec/json.ts';
import { JsonPathError } from './error.ts';
import { type Node, parseTemplate } from './parse.ts';

/** A parsed template. */
export class JsonPath {
  private readonly nodes: readonly Node[];
  private readonly allowMissing: boolean;

  constructor(template: string, allowMissing = true) {
    this.nodes = parseTemplate(template);
    this.allowMissing = allowMissing;
  }

  /** The text that kubectl prints: the values of an action joined by blanks. */
  print(data: unknown): string {
    return this.results(data)
      .map((values) => values.map(valueText).join(' '))
      .join('');
  }

  /** The values found by each piece of the template, `range` expanded. */
  results(data: unknown): unknown[][] {
    return this.run(this.nodes, data);
  }

  /** All values, for filters, sorting and waiting. */
  values(data: unknown): unknown[] {
    return this.results(data).flat();
  }

  private run(nodes: readonly Node[], data: unknown): unknown[][] {
    const results: unknown[][] = [];
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at] as Node;
      const word = identifierOf(node);
      if (word === 'range') {
        const end = rangeEnd(nodes, at);
        const listed = this.walk(node.kind === 'list' ? node.nodes.slice(1) : [], [data]);
        for (const item of listed) results.push(...this.run(nodes.slice(at + 1, end), item));
        at = end;
      } else if (word === 'end') {
        throw new JsonPathError('not in range, nothing to end');
      } else if (node.kind === 'text') results.push([node.text]);
      else results.push(this.walk(node.kind === 'list' ? node.nodes : [node], [data]));
    }
    return results;
  }

  private walk(nodes: readonly Node[], start: readonly unknown[]): unknown[] {
    let values: readonly unknown[] = start;
    for (const node of nodes) values = this.step(node, values);
    return [...values];
  }

  private step(node: Node, values: readonly unknown[]): unknown[] {
    switch (node.kind) {
      case 'text':
        return [node.text];
      case 'literal':
        return [node.value];
      case 'identifier':
        throw new JsonPathError(`unrecognized identifier ${node.name}`);
      case 'list':
        return this.walk(node.nodes, values);
      case 'field':
        return node.name === '' ? [...values] : values.flatMap((value) => this.field(value, node.name));
      case 'wildcard':
        return values.flatMap(children);
      case 'recursive':
        return values.flatMap(descendants);
      case 'union':
        return node.nodes.flatMap((part) => this.step(part, values));
      case 'slice':
        return values.flatMap((value) => slice(value, node));
      case 'filter':
        return values.flatMap((value) => this.filter(value, node));
    }
  }

  private field(value: unknown, name: string): unknown[] {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const found = (value as Record<string, unknown>)[name];
      if (found !== undefined) return [found];
    }
    if (this.allowMissing) return [];
    throw new JsonPathError(`${name} is not found`);
  }

  private filter(value: unknown, node: Extract<Node, { kind: 'filter' }>): unknown[] {
    const items = Array.isArray(value) ? value : children(value);
    return items.filter((item) => {
      const left = lenient(() => this.step(node.left, [item]));
      if (node.operator === 'exists') return left.length > 0;
      const right = lenient(() => this.step(node.right, [item]));
      if (left.length === 0) return false;
      if (left.length > 1) throw new JsonPathError('can only compare one element at a time');
      return right.length === 1 && compares(left[0], node.operator, right[0]);
    });
  }
}

function lenient(work: () => unknown[]): unknown[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof JsonPathError && error.message.endsWith('is not found')) return [];
    throw error;
  }
}

function identifierOf(node: Node): string | undefined {
  const first = node.kind === 'list' ? node.nodes[0] : undefined;
  return first?.kind === 'identifier' ? first.name : undefined;
}

/** The index of the `end` that belongs to the `range` at `start`; the end of the template closes it too. */
function rangeEnd(nodes: readonly Node[], start: number): number {
  let depth = 0;
  for (let at = start; at < nodes.length; at++) {
    const word = identifierOf(nodes[at] as Node);
    if (word === 'range') depth++;
    if (word === 'end' && --depth === 0) return at;
  }
  return nodes.length;
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  const map = value as Record<string, unknown>;
  return Object.keys(map)
    .sort()
    .map((key) => map[key]);
}

function descendants(value: unknown): unknown[] {
  return [value, ...children(value).flatMap(descendants)];
}

function slice(value: unknown, node: Extract<Node, { kind: 'slice' }>): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${goName(value)} is not array or slice`);
  const length = value.length;
  const from = node.from === undefined ? 0 : node.from < 0 ? node.from + length : node.from;
  if (node.isIndex) {
    if (from < 0 || from >= length) throw outOfBounds(from, length);
    return [value[from]];
  }
  const end = node.to === undefined ? length : node.to < 0 ? node.to + length : node.to;
  if (from === end) return [];
  if (from < 0 || from >= length) throw outOfBounds(from, length);
  if (end < 0 || end > length) throw outOfBounds(end - 1, length);
  if (from > end) throw new JsonPathError(`starting index ${from} is greater than ending index ${end}`);
  const { step = 1 } = node;
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(from, end).filter((_, at) => at % step === 0);
}

function outOfBounds(index: number, length: number): JsonPathError {
  return new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
}

function goName(value: unknown): string {
  return typeof value === 'object' ? 'map' : String(value);
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false;
  const a = left as number;
  const b = right as number;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  if (operator === '>') return a > b;
  return operator === '>=' && a >= b;
}

/** A value as JSONPath prints it: text as it is, everything else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : compactJson(value ?? null);
}
