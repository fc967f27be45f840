import { Assignments } from './assignments.ts';
import {
  type Assignment,
  type CaseItem,
  type Node,
  type Redirection,
  ShellSyntaxError,
  UnfinishedInput,
  type Word,
} from './syntax.ts';
import { arithmeticEnd, quotedWord, readWord } from './words.ts';

/** One complete command (up to a newline) and where the next one starts. `text` has aliases put in. */
export interface ParsedLine {
  readonly node: Node | undefined;
  readonly text: string;
  readonly next: number;
}

/** The literal text of a word without quotes or expansions; undefined otherwise. */
export function literal(word: Word): string | undefined {
  let text = '';
  for (const part of word) {
    if (part.type !== 'text' || part.quoted) return undefined;
    text += part.text;
  }
  return text;
}

/** What a text means depends on the shell that reads it. */
export interface Dialect {
  readonly isBash: boolean;
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Parses the next complete command of a script, as a shell reads it: one line, or more where a construct goes on.
 * `isWhole`: nothing comes after the text. Throws ShellSyntaxError, or UnfinishedInput when the text ends inside a construct.
 */
export function parseLine(text: string, position: number, dialect: Dialect, isWhole = false): ParsedLine {
  const parser = new Parser(text, position, dialect, isWhole);
  const node = parser.line();
  return { node, text: parser.cursor.text, next: parser.cursor.position };
}

/** Builtins whose arguments are assignments. */
const DECLARING = ['declare', 'typeset', 'local', 'readonly', 'export'];

class Parser extends Assignments {
  private readonly aliases: Readonly<Record<string, string>>;
  /** Aliases whose text is being read, each with how much comes after it. */
  private expansions: readonly { readonly name: string; readonly after: number }[] = [];

  constructor(text: string, position: number, { aliases, isBash }: Dialect, isWhole: boolean) {
    super(text, position, isWhole, isBash);
    this.aliases = aliases;
  }

  line(): Node | undefined {
    this.blanks();
    if (this.atEnd()) return undefined;
    if (this.newline()) return { kind: 'list', items: [] };
    const node = this.list(true);
    this.blanks();
    if (!this.atEnd() && !this.newline()) this.unexpected();
    if (this.documents.length > 0) this.readDocuments();
    return node;
  }

  /** Commands joined by `;`, `&` and, unless `oneLine`, newlines. */
  private list(oneLine: boolean): Node {
    const items: Node[] = [];
    for (;;) {
      if (!oneLine) this.newlines();
      if (items.length > 0 && this.listEnds(oneLine)) break;
      const start = this.cursor.position;
      const node = this.andOr();
      if (this.operator() === '&') {
        const source = this.cursor.text.slice(start, this.cursor.position).trim();
        this.cursor.position++;
        items.push({ kind: 'background', body: node, source });
      } else {
        items.push(node);
        if (!this.accept(';') && (oneLine || !this.newline())) break;
      }
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'list', items };
  }

  private listEnds(oneLine: boolean): boolean {
    this.blanks();
    if (this.atEnd() || (oneLine && this.cursor.text[this.cursor.position] === '\n')) return true;
    if (this.operator() === ')' || this.operator() === ';;') return true;
    return ['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'].includes(this.reserved() ?? '');
  }

  private andOr(): Node {
    let left = this.pipeline();
    for (;;) {
      const kind = this.accept('&&') ? 'and' : this.accept('||') ? 'or' : undefined;
      if (kind === undefined) return left;
      this.newlines();
      left = { kind, left, right: this.pipeline() };
    }
  }

  private pipeline(): Node {
    if (this.acceptWord('!')) return { kind: 'not', body: this.pipeline() };
    const commands = [this.command()];
    for (;;) {
      const both = this.accept('|&');
      if (!both && !this.accept('|')) break;
      if (both) {
        const body = commands.pop() as Node;
        commands.push({
          kind: 'redirected',
          body,
          redirections: [{ fd: 2, operator: '>&', word: [{ type: 'text', text: '1', quoted: false }] }],
        });
      }
      this.newlines();
      commands.push(this.command());
    }
    return commands.length === 1 ? (commands[0] as Node) : { kind: 'pipeline', commands };
  }

  private command(): Node {
    const compound = this.compound();
    if (compound === undefined) return this.simple();
    const redirections: Redirection[] = [];
    for (let next = this.redirection(); next !== undefined; next = this.redirection()) redirections.push(next);
    return redirections.length === 0 || compound.kind === 'function'
      ? compound
      : { kind: 'redirected', body: compound, redirections };
  }

  private compound(): Node | undefined {
    this.blanks();
    if (this.cursor.text.startsWith('((', this.cursor.position)) {
      const end = arithmeticEnd(this.cursor.text, this.cursor.position + 2);
      if (end !== undefined) {
        const expression = quotedWord(this.cursor.text.slice(this.cursor.position + 2, end));
        this.cursor.position = end + 2;
        return { kind: 'arithmetic', expression };
      }
    }
    if (this.accept('(')) {
      const body = this.list(false);
      if (!this.accept(')')) this.unexpected(')');
      return { kind: 'subshell', body };
    }
    const word = this.reserved();
    if (word === undefined || word === 'in') return undefined;
    if (['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}', '!'].includes(word)) this.unexpected();
    this.cursor.position += word.length;
    switch (word) {
      case '{': {
        const body = this.list(false);
        this.expect('}');
        return { kind: 'list', items: [body] };
      }
      case 'if':
        return this.ifCommand();
      case 'while':
      case 'until': {
        const condition = this.list(false);
        return { kind: word, condition, body: this.doGroup() };
      }
      case 'for':
        return this.forCommand();
      case 'case':
        return this.caseCommand();
      case 'function':
        return this.functionCommand();
      default:
        return this.testCommand();
    }
  }

  private doGroup(): Node {
    this.newlines();
    this.expect('do');
    const body = this.list(false);
    this.expect('done');
    return body;
  }

  private ifCommand(): Node {
    const condition = this.list(false);
    this.expect('then');
    const consequence = this.list(false);
    if (this.acceptWord('elif')) return { kind: 'if', condition, consequence, otherwise: this.ifCommand() };
    const otherwise = this.acceptWord('else') ? this.list(false) : undefined;
    this.expect('fi');
    return { kind: 'if', condition, consequence, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  private forCommand(): Node {
    this.blanks();
    if (this.isBash && this.cursor.text.startsWith('((', this.cursor.position)) return this.countingCommand();
    const name = literal(readWord(this.cursor) ?? []) ?? '';
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw this.atEnd()
        ? new UnfinishedInput('unexpected end of file')
        : new ShellSyntaxError('Bad for loop variable');
    this.newlines();
    let words: Word[] | undefined;
    if (this.acceptWord('in')) {
      words = this.words();
      if (!this.accept(';') && !this.newline()) this.unexpected('do');
    } else {
      this.accept(';');
    }
    const body = this.doGroup();
    return { kind: 'for', name, ...(words === undefined ? {} : { words }), body };
  }

  /** `for ((first; test; next))`. */
  private countingCommand(): Node {
    const start = this.cursor.position + 2;
    const end = arithmeticEnd(this.cursor.text, start) ?? this.cursor.text.length;
    const [first, test, next, ...others] = this.cursor.text
      .slice(start, end)
      .split(';')
      .map((text): Node => ({ kind: 'arithmetic', expression: quotedWord(text.trim() === '' ? '1' : text) }));
    if (first === undefined || test === undefined || next === undefined || others.length > 0) this.unexpected('))');
    this.cursor.position = end + 2;
    this.accept(';');
    const body = this.doGroup();
    const nothing: Node = { kind: 'list', items: [] };
    const begin: Node = { kind: 'if', condition: first, consequence: nothing, otherwise: nothing };
    return { kind: 'list', items: [begin, { kind: 'while', condition: test, body, next }] };
  }

  private words(): Word[] {
    const words: Word[] = [];
    for (;;) {
      this.blanks();
      const word = readWord(this.cursor);
      if (word === undefined) return words;
      words.push(word);
    }
  }

  private caseCommand(): Node {
    this.blanks();
    const word = readWord(this.cursor);
    if (word === undefined) this.unexpected();
    this.newlines();
    this.expect('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.newlines();
      if (this.acceptWord('esac')) return { kind: 'case', word, items };
      this.accept('(');
      const patterns: Word[] = [];
      do {
        this.blanks();
        const pattern = readWord(this.cursor);
        if (pattern === undefined) this.unexpected();
        patterns.push(pattern);
      } while (this.accept('|'));
      if (!this.accept(')')) this.unexpected(')');
      this.newlines();
      const body: Node =
        this.operator() === ';;' || this.reserved() === 'esac' ? { kind: 'list', items: [] } : this.list(false);
      items.push({ patterns, body });
      this.newlines();
      if (!this.accept(';;') && this.reserved() !== 'esac') this.unexpected(';;');
    }
  }

  private functionCommand(): Node {
    this.blanks();
    const name = literal(readWord(this.cursor) ?? []);
    if (name === undefined || name === '') this.unexpected();
    if (this.accept('(') && !this.accept(')')) this.unexpected(')');
    this.newlines();
    return { kind: 'function', name, body: this.command() };
  }

  private testCommand(): Node {
    const words: Word[] = [];
    for (;;) {
      this.newlines();
      const operator = this.operator();
      if (operator !== undefined && ['&&', '||', '(', ')', '<', '>'].includes(operator)) {
        this.cursor.position += operator.length;
        words.push([{ type: 'text', text: operator, quoted: false }]);
        continue;
      }
      // After =~ the pattern may hold brackets and bars.
      const pattern =
        literal(words[words.length - 1] ?? []) === '=~'
          ? /^(?:[^\s'"$\\]|\\.|\$(?![\w{(@*#?!$-]))+/.exec(this.cursor.text.slice(this.cursor.position))?.[0]
          : undefined;
      const word: Word | undefined =
        pattern === undefined ? readWord(this.cursor) : [{ type: 'text', text: pattern, quoted: false }];
      if (pattern !== undefined) this.cursor.position += pattern.length;
      if (word === undefined) this.unexpected(']]');
      if (literal(word) === ']]') return { kind: 'test', words };
      words.push(word);
    }
  }

  private simple(): Node {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    const arrays: Assignment[] = [];
    for (;;) {
      const redirection = this.redirection();
      if (redirection !== undefined) {
        redirections.push(redirection);
        continue;
      }
      this.blanks();
      const start = this.cursor.position;
      const assignment = words.length === 0 ? this.assignment() : undefined;
      if (assignment !== undefined) {
        assignments.push(assignment);
        continue;
      }
      const array = DECLARING.includes(literal(words[0] ?? []) ?? '') ? this.arrayArgument() : undefined;
      if (array !== undefined) {
        arrays.push(array);
        words.push([{ type: 'text', text: array.name, quoted: false }]);
        continue;
      }
      const word = readWord(this.cursor);
      if (word === undefined) break;
      if (words.length > 0 || !this.alias(literal(word), start)) {
        if (words.length === 0 && this.operator() === '(' && literal(word) !== undefined)
          return this.definition(literal(word) as string);
        words.push(word);
      }
    }
    if (assignments.length + words.length + redirections.length === 0) this.unexpected();
    return { kind: 'simple', assignments, words, redirections, ...(arrays.length === 0 ? {} : { arrays }) };
  }

  /** Puts in what an alias stands for. Within its own text it is an ordinary word: `alias ls='ls -l'`. */
  private alias(name: string | undefined, start: number): boolean {
    const value = name === undefined ? undefined : this.aliases[name];
    if (name === undefined || value === undefined) return false;
    const left = this.cursor.text.length - start;
    const open = this.expansions.filter(({ after }) => left > after);
    if (open.some((expansion) => expansion.name === name)) return false;
    this.expansions = [...open, { name, after: this.cursor.text.length - this.cursor.position }];
    this.cursor.text = this.cursor.text.slice(0, start) + value + this.cursor.text.slice(this.cursor.position);
    this.cursor.position = start;
    return true;
  }

  private definition(name: string): Node {
    this.cursor.position++;
    if (!this.accept(')')) this.unexpected(')');
    this.newlines();
    return { kind: 'function', name, body: this.command() };
  }

  private redirection(): Redirection | undefined {
    this.blanks();
    const number = /^\d+(?=[<>])/.exec(this.cursor.text.slice(this.cursor.position, this.cursor.position + 4))?.[0];
    const start = this.cursor.position;
    if (number !== undefined) this.cursor.position += number.length;
    const operator = this.operator();
    if (operator === undefined || !/^&?[<>]/.test(operator)) {
      this.cursor.position = start;
      return undefined;
    }
    this.cursor.position += operator.length;
    this.blanks();
    const word = readWord(this.cursor);
    if (word === undefined) this.unexpected();
    const fd = number === undefined ? (operator.startsWith('<') ? 0 : 1) : Number(number);
    if (operator !== '<<' && operator !== '<<-') return { fd, operator: operator as Redirection['operator'], word };
    const quoted = word.some((part) => part.type === 'text' && part.quoted);
    const delimiter = word
      .map((part) => (part.type === 'text' ? part.text : part.type === 'parameter' ? `$${part.name}` : ''))
      .join('');
    const target: Redirection & { word: Word } = { fd, operator: '<<', word: [] };
    this.documents.push({ delimiter, quoted, stripTabs: operator === '<<-', target });
    return target;
  }
}
