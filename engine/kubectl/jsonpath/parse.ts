import { JsonPathError } from './error.ts';

/** The pieces of a JSONPath template. */
export type Node =
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | {
      readonly kind: 'slice';
      readonly from?: number;
      readonly to?: number;
      readonly step?: number;
      readonly isIndex: boolean;
    }
  | { readonly kind: 'filter'; readonly left: Node; readonly operator: string; readonly right: Node }
  | { readonly kind: 'union'; readonly nodes: readonly Node[] }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'identifier'; readonly name: string };

/**
 * Parses a template: text with actions in braces. Rules: `k8s.io/client-go/util/jsonpath/parser.go`.
 *
 * Example: `{.metadata.name}{"\n"}` is a list of two lists: fields `metadata`, `name`; and the text of a newline.
 */
export function parseTemplate(template: string): Node[] {
  return new Parser(template).template();
}

const IDENTIFIER_END = /[\s.,[\](){}$@+\-*/|!=<>?"':]/;

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  template(): Node[] {
    const nodes: Node[] = [];
    while (this.at < this.text.length) {
      const open = this.text.indexOf('{', this.at);
      if (open !== this.at) {
        nodes.push({ kind: 'text', text: this.text.slice(this.at, open < 0 ? undefined : open) });
        if (open < 0) break;
      }
      this.at = open + 1;
      nodes.push({ kind: 'list', nodes: this.action() });
    }
    return nodes;
  }

  /** Up to and with the closing brace. */
  private action(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined || letter === '\n') throw new JsonPathError('unclosed action');
      if (letter === '}') {
        this.at++;
        return nodes;
      }
      this.step(letter, nodes);
    }
  }

  private step(letter: string, nodes: Node[]): void {
    if (letter === ' ' || letter === '\t' || letter === '@' || letter === '$') this.at++;
    else if (letter === '"' || letter === "'") nodes.push({ kind: 'text', text: this.quote(letter) });
    else if (letter === '[') nodes.push(this.bracket());
    else if (letter === '.') this.dot(nodes);
    else if (letter === '*') {
      this.at++;
      nodes.push({ kind: 'wildcard' });
    } else if (/[\d+-]/.test(letter)) nodes.push({ kind: 'literal', value: this.number() });
    else if (/[\p{L}_]/u.test(letter)) nodes.push(this.identifier());
    else throw new JsonPathError(`unrecognized character in action: ${goCharacter(letter)}`);
  }

  private dot(nodes: Node[]): void {
    this.at++;
    if (this.text[this.at] === '.') {
      nodes.push({ kind: 'recursive' });
      if (/[\p{L}_\d]/u.test(this.text[this.at + 1] ?? '')) {
        this.at++;
        nodes.push({ kind: 'field', name: this.fieldName() });
      } else this.at++;
      return;
    }
    if (this.text[this.at] === '*') {
      this.at++;
      nodes.push({ kind: 'wildcard' });
      return;
    }
    if (/[[}\s]/.test(this.text[this.at] ?? '}')) {
      return;
    }
    nodes.push({ kind: 'field', name: this.fieldName() });
  }

  private fieldName(): string {
    let name = '';
    while (this.at < this.text.length) {
      const letter = this.text[this.at] as string;
      if (letter === '\\') {
        name += this.text[this.at + 1] ?? '';
        this.at += 2;
        continue;
      }
      if (/[\s.,[\](){}$@+*|!=<>?"':]/.test(letter)) break;
      name += letter;
      this.at++;
    }
    return name;
  }

  private identifier(): Node {
    const start = this.at;
    while (this.at < this.text.length && !IDENTIFIER_END.test(this.text[this.at] as string)) this.at++;
    const name = this.text.slice(start, this.at);
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    return { kind: 'identifier', name };
  }

  private number(): number {
    const match = /^[+-]?[\d.]+/.exec(this.text.slice(this.at));
    if (!match) throw new JsonPathError(`cannot parse number ${this.text.slice(this.at)}`);
    this.at += match[0].length;
    return Number(match[0]);
  }

  private quote(sign: string): string {
    const start = ++this.at;
    while (this.at < this.text.length && this.text[this.at] !== sign) this.at += this.text[this.at] === '\\' ? 2 : 1;
    if (this.at >= this.text.length) throw new JsonPathError('unterminated quoted string');
    const inner = this.text.slice(start, this.at++);
    return unquoted(inner);
  }

  private bracket(): Node {
    const start = ++this.at;
    if (this.text[this.at] === '?' && this.text[this.at + 1] === '(') return this.filter();
    let sign = '';
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at] as string;
      if (sign) {
        if (letter === '\\') this.at++;
        else if (letter === sign) sign = '';
      } else if (letter === '"' || letter === "'") sign = letter;
      else if (letter === ']') break;
    }
    if (this.at >= this.text.length) throw new JsonPathError('unterminated array');
    return arrayNode(this.text.slice(start, this.at++));
  }

  private filter(): Node {
    this.at += 2;
    const start = this.at;
    let sign = '';
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at] as string;
      if (sign) {
        if (letter === '\\') this.at++;
        else if (letter === sign) sign = '';
      } else if (letter === '"' || letter === "'") sign = letter;
      else if (letter === '(') depth++;
      else if (letter === ')' && depth-- === 0) break;
    }
    const inner = this.text.slice(start, this.at);
    if (this.text[this.at] !== ')' || this.text[this.at + 1] !== ']')
      throw new JsonPathError('unclosed array expect ]');
    this.at += 2;
    return filterNode(inner);
  }
}

function filterNode(inner: string): Node {
  const match = /^((?:[^"'!<>=]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+?)([!<>=]=?)(.*)$/s.exec(inner);
  if (!match) return { kind: 'filter', left: expression(inner), operator: 'exists', right: expression('') };
  const [, left, operator, right] = match as unknown as [string, string, string, string];
  return { kind: 'filter', left: expression(left.trim()), operator, right: expression(right.trim()) };
}

function expression(text: string): Node {
  return {
    kind: 'list',
    nodes: new Parser(`{${text}}`).template().flatMap((node) => (node.kind === 'list' ? node.nodes : [node])),
  };
}

function arrayNode(inner: string): Node {
  const quotedName = /^\s*(['"])((?:[^'"\\]|\\.)*)\1\s*$/.exec(inner);
  if (quotedName) return { kind: 'field', name: (quotedName[2] as string).replace(/\\(.)/g, '$1') };
  if (inner.trim() === '*') return { kind: 'wildcard' };
  const parts = splitOutsideQuotes(inner);
  if (parts.length > 1) return { kind: 'union', nodes: parts.map(unionPart) };
  const match = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(inner.trim());
  if (!match || inner.trim() === '') throw new JsonPathError(`invalid array index ${inner}`);
  const [, from, to, step] = match;
  return { kind: 'slice', from: number(from), to: number(to), step: number(step), isIndex: to === undefined };
}

/** A member of `['metadata.name', 'status.phase']` is a path, of `[0,1]` an index. */
function unionPart(part: string): Node {
  const quotedPath = /^(['"])(.*)\1$/s.exec(part.trim());
  if (!quotedPath) return arrayNode(part);
  return expression(`.${(quotedPath[2] as string).replace(/^\./, '')}`);
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:[^,'"]|'[^']*'|"[^"]*")+/g) ?? [text];
}

function number(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
}

function goCharacter(letter: string): string {
  return `U+${(letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')} '${letter}'`;
}
