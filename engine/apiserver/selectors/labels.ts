/** A requirement of a label selector. `values` is empty for `exists` and `!`. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | '=' | '!=' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

/** A parsed label selector: all requirements must hold. */
export type LabelSelector = readonly Requirement[];

/** A syntax error, in the words of `k8s.io/apimachinery/pkg/labels`. */
export interface SelectorError {
  readonly error: string;
}

type TokenKind = 'identifier' | 'operator' | 'comma' | 'open' | 'close' | 'end';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SPECIAL = '=!(),><';
const WORD_OPERATORS = ['in', 'notin'];
const OPERATOR_LIST = 'in, notin, =, ==, !=, gt, lt';
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PREFIX_RULE =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text[at] as string;
    if (/\s/.test(letter)) {
      at++;
    } else if (letter === ',' || letter === '(' || letter === ')') {
      tokens.push({ kind: letter === ',' ? 'comma' : letter === '(' ? 'open' : 'close', text: letter });
      at++;
    } else if (SPECIAL.includes(letter)) {
      const two = text.slice(at, at + 2);
      const operator = two === '==' || two === '!=' ? two : letter;
      tokens.push({ kind: 'operator', text: operator });
      at += operator.length;
    } else {
      const start = at;
      while (at < text.length && !SPECIAL.includes(text[at] as string) && !/\s/.test(text[at] as string)) at++;
      tokens.push({ kind: 'identifier', text: text.slice(start, at) });
    }
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

class SelectorParser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  /** All requirements; throws the text of the first error. */
  requirements(): Requirement[] {
    const found: Requirement[] = [];
    for (;;) {
      const token = this.peek();
      if (token.kind === 'end') return found;
      if (token.kind !== 'identifier' && token.text !== '!') {
        throw `found '${token.text}', expected: !, identifier, or 'end of string'`;
      }
      found.push(this.requirement());
      const after = this.next();
      if (after.kind === 'end') return found;
      if (after.kind !== 'comma') throw `found '${after.text}', expected: ',' or 'end of string'`;
      const following = this.peek();
      if (following.kind !== 'identifier' && following.text !== '!') {
        throw `found '${following.text}', expected: identifier after ','`;
      }
    }
  }

  private requirement(): Requirement {
    try {
      const isNegated = this.peek().text === '!' && this.peek().kind === 'operator';
      if (isNegated) this.next();
      const key = this.next();
      if (key.kind !== 'identifier') throw `found '${key.text}', expected: identifier`;
      checkKey(key.text);
      if (isNegated) return { key: key.text, operator: '!', values: [] };
      const after = this.peek();
      if (after.kind === 'end' || after.kind === 'comma') return { key: key.text, operator: 'exists', values: [] };
      return this.comparison(key.text);
    } catch (error) {
      throw `unable to parse requirement: ${error as string}`;
    }
  }

  private comparison(key: string): Requirement {
    const { kind, text } = this.next();
    if (kind === 'identifier' && WORD_OPERATORS.includes(text)) {
      const values = this.valueSet();
      for (const value of values) checkValue(key, value);
      return { key, operator: text as 'in' | 'notin', values };
    }
    const operator = ({ '=': '=', '==': '=', '!=': '!=', '>': 'gt', '<': 'lt' } as const)[text];
    if (kind !== 'operator' || operator === undefined) throw `found '${text}', expected: ${OPERATOR_LIST}`;
    const value = this.singleValue();
    if ((operator === 'gt' || operator === 'lt') && !/^[+-]?\d+$/.test(value)) {
      throw `values[0]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`;
    }
    checkValue(key, value);
    return { key, operator, values: [value] };
  }

  private singleValue(): string {
    const token = this.peek();
    if (token.kind === 'end' || token.kind === 'comma') return '';
    if (token.kind !== 'identifier') throw `found '${token.text}', expected: identifier`;
    return this.next().text;
  }

  private valueSet(): string[] {
    const open = this.next();
    if (open.kind !== 'open') throw `found '${open.text}' expected: '('`;
    const values = new Set<string>();
    for (;;) {
      const token = this.next();
      if (token.kind === 'identifier') {
        values.add(token.text);
        const after = this.next();
        if (after.kind === 'close') break;
        if (after.kind !== 'comma') throw `found '${after.text}', expected: ',' or ')'`;
        if (this.peek().kind === 'close') values.add('');
      } else if (token.kind === 'comma') {
        values.add('');
        if (this.peek().kind === 'close') continue;
      } else if (token.kind === 'close') {
        if (values.size === 0) values.add('');
        break;
      } else {
        throw `found '${token.text}', expected: ',', ')' or identifier`;
      }
    }
    return [...values].sort();
  }
}

function checkKey(key: string): void {
  const slash = key.indexOf('/');
  const name = slash < 0 ? key : key.slice(slash + 1);
  const errors: string[] = [];
  if (slash >= 0 && !PREFIX.test(key.slice(0, slash))) errors.push(PREFIX_RULE);
  if (name.length > 63) errors.push('name part must be no more than 63 bytes');
  if (!NAME.test(name)) errors.push(`name part ${NAME_RULE}`);
  if (errors.length > 0) throw `key: Invalid value: "${key}": ${errors.join('; ')}`;
}

function checkValue(key: string, value: string): void {
  if (value.length > 63) throw `values[0][${key}]: Invalid value: "${value}": must be no more than 63 bytes`;
  if (value !== '' && !NAME.test(value)) throw `values[0][${key}]: Invalid value: "${value}": ${VALUE_RULE}`;
}

/** Parses `app=web,tier in (a, b),!debug`. Source: `k8s.io/apimachinery/pkg/labels/selector.go`. */
export function parseLabelSelector(text: string): LabelSelector | SelectorError {
  try {
    return new SelectorParser(tokenize(text)).requirements();
  } catch (error) {
    return { error: String(error) };
  }
}

export function isSelectorError(selector: object): selector is SelectorError {
  return 'error' in selector;
}

/** Whether labels satisfy every requirement. A missing key satisfies `!=`, `notin` and `!`, as in Kubernetes. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const requirement of selector) {
    if (!matchesRequirement(requirement, labels?.[requirement.key])) return false;
  }
  return true;
}

function matchesRequirement(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    default: {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      const bound = Number(requirement.values[0]);
      return requirement.operator === 'gt' ? Number(value) > bound : Number(value) < bound;
    }
  }
}
