import { base64Decode } from '../../base64.ts';
import { compactJson } from '../codec/json.ts';

/** A template that cannot be parsed. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: string }
  | { readonly kind: 'set'; readonly name: string; readonly pipeline: string }
  | {
      readonly kind: 'if' | 'with';
      readonly pipeline: string;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly kind: 'range';
      readonly names: readonly string[];
      readonly pipeline: string;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

interface Scope {
  readonly dot: unknown;
  readonly variables: Map<string, unknown>;
}

const NO_VALUE = '<no value>';

/**
 * Go's text/template as far as `-o go-template` needs it: fields, variables, pipes, `if`, `else`, `with`, `range`, and the
 * functions `index len printf print println eq ne lt le gt ge and or not exists base64decode`.
 */
export class GoTemplate {
  private readonly nodes: readonly Node[];
  private readonly allowMissing: boolean;

  constructor(template: string, allowMissing = true) {
    this.allowMissing = allowMissing;
    const tokens = tokenize(template);
    const { nodes, at } = parseNodes(tokens, 0);
    if (at < tokens.length) throw new TemplateError(`template: output:1: unexpected {{${tokens[at]?.text}}}`);
    this.nodes = nodes;
  }

  execute(data: unknown): string {
    return this.run(this.nodes, { dot: data, variables: new Map([['$', data]]) });
  }

  private run(nodes: readonly Node[], scope: Scope): string {
    return nodes.map((node) => this.node(node, scope)).join('');
  }

  private node(node: Node, scope: Scope): string {
    if (node.kind === 'text') return node.text;
    const value = this.pipeline(node.pipeline, scope);
    if (node.kind === 'print') return printed(value);
    if (node.kind === 'set') {
      scope.variables.set(node.name, value);
      return '';
    }
    if (node.kind === 'range') return this.range(node, value, scope);
    if (!isTrue(value)) return this.run(node.otherwise, scope);
    return this.run(node.body, node.kind === 'with' ? { ...scope, dot: value } : scope);
  }

  private range(node: Extract<Node, { kind: 'range' }>, value: unknown, scope: Scope): string {
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item, index) => [index, item])
      : Object.entries((value ?? {}) as object).sort(([one], [other]) => (one < other ? -1 : 1));
    if (entries.length === 0) return this.run(node.otherwise, scope);
    return entries
      .map(([key, item]) => {
        const variables = new Map(scope.variables);
        if (node.names.length === 2) variables.set(node.names[0] as string, key);
        if (node.names.length > 0) variables.set(node.names.at(-1) as string, item);
        return this.run(node.body, { dot: item, variables });
      })
      .join('');
  }

  private pipeline(text: string, scope: Scope): unknown {
    let piped: unknown[] = [];
    for (const stage of splitOutside(text, '|')) piped = [this.command(words(stage.trim()), scope, piped)];
    return piped[0];
  }

  private command(parts: readonly string[], scope: Scope, piped: readonly unknown[]): unknown {
    const [head = '', ...rest] = parts;
    const apply = FUNCTIONS[head];
    if (!apply) return this.operand(head, scope);
    return apply([...rest.map((part) => this.operand(part, scope)), ...piped]);
  }

  private operand(text: string, scope: Scope): unknown {
    if (/^["`]/.test(text)) return text.startsWith('`') ? text.slice(1, -1) : (JSON.parse(text) as string);
    if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'nil') return null;
    if (text.startsWith('(')) return this.pipeline(text.slice(1, -1), scope);
    if (text === '.') return scope.dot;
    const [root, ...path] = text.split('.');
    if (root !== '' && !root?.startsWith('$'))
      throw new TemplateError(`template: output:1: function "${root}" not defined`);
    let value: unknown = root === '' ? scope.dot : scope.variables.get(root as string);
    for (const key of path) {
      value = (value as Record<string, unknown> | null | undefined)?.[key];
      if (value === undefined && !this.allowMissing) throw new TemplateError(`map has no entry for key "${key}"`);
    }
    return value;
  }
}

const FUNCTIONS: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  index: ([value, ...keys]) =>
    keys.reduce((at: unknown, key) => (at as Record<string, unknown> | undefined)?.[String(key)], value),
  len: ([value]) =>
    typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys((value ?? {}) as object).length,
  printf: ([format, ...values]) => formatText(String(format), values),
  print: (values) => values.map(printed).join(''),
  println: (values) => `${values.map(printed).join(' ')}\n`,
  eq: ([value, ...others]) => others.some((other) => other === value),
  ne: ([one, other]) => one !== other,
  lt: ([one, other]) => (one as number) < (other as number),
  le: ([one, other]) => (one as number) <= (other as number),
  gt: ([one, other]) => (one as number) > (other as number),
  ge: ([one, other]) => (one as number) >= (other as number),
  and: (values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (values) => values.find(isTrue) ?? values.at(-1),
  not: ([value]) => !isTrue(value),
  exists: ([value, ...keys]) => FUNCTIONS.index?.([value, ...keys]) !== undefined,
  base64decode: ([value]) => base64Decode(String(value)) ?? '',
};

function formatText(format: string, values: readonly unknown[]): string {
  let at = 0;
  return format.replace(/%(%|[vsdq])/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = values[at++];
    return verb === 'q' ? JSON.stringify(printed(value)) : printed(value);
  });
}

function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Go's `%v`. */
function printed(value: unknown): string {
  if (value === undefined || value === null) return NO_VALUE;
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const map = JSON.parse(compactJson(value)) as Record<string, unknown>;
  return `map[${Object.entries(map)
    .map(([key, item]) => `${key}:${printed(item)}`)
    .join(' ')}]`;
}

interface Token {
  readonly isAction: boolean;
  readonly text: string;
}

function tokenize(template: string): Token[] {
  const tokens: Token[] = [];
  let rest = template;
  for (;;) {
    const match = /\{\{(-\s)?([\s\S]*?)(\s-)?\}\}/.exec(rest);
    if (!match) {
      if (rest.includes('{{')) throw new TemplateError('template: output:1: unclosed action');
      tokens.push({ isAction: false, text: rest });
      return tokens;
    }
    const before = rest.slice(0, match.index);
    tokens.push({ isAction: false, text: match[1] ? before.trimEnd() : before });
    tokens.push({ isAction: true, text: (match[2] as string).trim() });
    rest = rest.slice(match.index + match[0].length);
    if (match[3]) rest = rest.trimStart();
  }
}

function parseNodes(tokens: readonly Token[], start: number): { nodes: Node[]; at: number } {
  const nodes: Node[] = [];
  let at = start;
  while (at < tokens.length) {
    const { isAction, text } = tokens[at] as Token;
    if (!isAction) {
      if (text) nodes.push({ kind: 'text', text });
      at++;
      continue;
    }
    if (text === 'end' || /^else\b/.test(text)) return { nodes, at };
    const block = /^(if|with|range)\s+([\s\S]*)$/.exec(text);
    if (block) {
      const parsed = parseBlock(tokens, at, block[1] as 'if', block[2] as string);
      nodes.push(parsed.node);
      at = parsed.at;
      continue;
    }
    const set = /^(\$\w*)\s*:?=\s*([\s\S]*)$/.exec(text);
    if (set) nodes.push({ kind: 'set', name: set[1] as string, pipeline: set[2] as string });
    else if (!text.startsWith('/*')) nodes.push({ kind: 'print', pipeline: text });
    at++;
  }
  return { nodes, at };
}

function parseBlock(
  tokens: readonly Token[],
  start: number,
  kind: 'if' | 'with' | 'range',
  head: string,
): { node: Node; at: number } {
  const body = parseNodes(tokens, start + 1);
  let at = body.at;
  let otherwise: Node[] = [];
  const word = tokens[at]?.text ?? '';
  const chained = /^else\s+if\s+([\s\S]*)$/.exec(word);
  if (chained) {
    const nested = parseBlock(tokens, at, 'if', chained[1] as string);
    return { node: blockNode(kind, head, body.nodes, [nested.node]), at: nested.at };
  }
  if (word === 'else') {
    const parsed = parseNodes(tokens, at + 1);
    otherwise = parsed.nodes;
    at = parsed.at;
  }
  if (tokens[at]?.text !== 'end') throw new TemplateError('template: output:1: unexpected EOF');
  return { node: blockNode(kind, head, body.nodes, otherwise), at: at + 1 };
}

function blockNode(
  kind: 'if' | 'with' | 'range',
  head: string,
  body: readonly Node[],
  otherwise: readonly Node[],
): Node {
  if (kind !== 'range') return { kind, pipeline: head, body, otherwise };
  const set = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=\s*([\s\S]*)$/.exec(head);
  if (!set) return { kind, names: [], pipeline: head, body, otherwise };
  const names = [set[1], set[2]].filter((name): name is string => name !== undefined);
  return { kind, names, pipeline: set[3] as string, body, otherwise };
}

/** Splits at a sign that is in no quotes or parentheses. */
function splitOutside(text: string, sign: string): string[] {
  const parts = [''];
  let quote = '';
  let depth = 0;
  for (const letter of text) {
    if (quote) quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === '`') quote = letter;
    else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    if (letter === sign && !quote && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function words(text: string): string[] {
  return splitOutside(text, ' ').filter((word) => word !== '');
}
