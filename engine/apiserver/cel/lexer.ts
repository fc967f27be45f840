import { ProblemError } from './problem.ts';

/** Kinds of tokens, by the names that the grammar gives them. */
export type TokenKind = 'IDENTIFIER' | 'NUM_INT' | 'NUM_UINT' | 'NUM_FLOAT' | 'STRING' | 'BYTES' | 'symbol' | 'EOF';

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Offset in characters. */
  readonly at: number;
}

const SYMBOLS = '== != <= >= && || in < > = ! ? : + - * / % . , ( ) [ ] { }'.split(' ').filter((text) => text !== 'in');

const NUMBER = /^(?:0x[0-9a-fA-F]+[uU]?|\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)|\.\d+(?:[eE][+-]?\d+)?|\d+[uU]?)/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*/;
const QUOTED = /^(?:[rR]?[bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')/;
const RAW_QUOTED = /^(?:[rR][bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n\r]*"|'[^'\n\r]*')/;
const ESCAPED_IDENTIFIER = /^`[A-Za-z0-9_.\-/ ]+`/;
const BLANK = /^(?:[ \t\r\n\f]+|\/\/[^\n]*)/;

/** Splits an expression into tokens; the last one is `EOF`. */
export function tokens(source: string): readonly Token[] {
  const result: Token[] = [];
  let rest = source;
  let at = 0;
  const take = (text: string): void => {
    rest = rest.slice(text.length);
    at += [...text].length;
  };
  while (rest !== '') {
    const blank = BLANK.exec(rest)?.[0];
    if (blank !== undefined) {
      take(blank);
      continue;
    }
    const token = nextToken(rest, at);
    if (token === undefined)
      throw new ProblemError(at, `Syntax error: token recognition error at: '${unknownText(rest)}'`);
    result.push(token);
    take(token.text);
  }
  result.push({ kind: 'EOF', text: '<EOF>', at });
  return result;
}

/** What the scanner could not read: an open string to its end, otherwise one character. */
function unknownText(rest: string): string {
  return /^["']/.test(rest) ? (rest.split('\n')[0] as string) : ([...rest][0] as string);
}

function nextToken(rest: string, at: number): Token | undefined {
  const quoted = RAW_QUOTED.exec(rest)?.[0] ?? QUOTED.exec(rest)?.[0];
  if (quoted !== undefined) {
    const prefix = /^[rRbB]*/.exec(quoted)?.[0] ?? '';
    return { kind: /b/i.test(prefix) ? 'BYTES' : 'STRING', text: quoted, at };
  }
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return { kind: numberKind(number), text: number, at };
  const identifier = IDENTIFIER.exec(rest)?.[0];
  if (identifier !== undefined) return { kind: identifier === 'in' ? 'symbol' : 'IDENTIFIER', text: identifier, at };
  const escaped = ESCAPED_IDENTIFIER.exec(rest)?.[0];
  if (escaped !== undefined) return { kind: 'IDENTIFIER', text: escaped, at };
  const symbol = SYMBOLS.find((text) => rest.startsWith(text));
  return symbol === undefined ? undefined : { kind: 'symbol', text: symbol, at };
}

function numberKind(text: string): TokenKind {
  if (/[uU]$/.test(text)) return 'NUM_UINT';
  if (text.startsWith('0x')) return 'NUM_INT';
  return /[.eE]/.test(text) ? 'NUM_FLOAT' : 'NUM_INT';
}
