import { ParseFailure, type Place } from './node.ts';

/** A piece of an action. */
export interface Token extends Place {
  readonly kind: 'field' | 'variable' | 'word' | 'string' | 'number' | 'character' | 'sign' | 'space';
  readonly text: string;
}

/** A template cut at its delimiters: text as it stands, and actions as their tokens. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly line: number };

/**
 * Cuts a template into text and actions, white space trimmed where `{{-` and `-}}` say so, comments left out.
 * Source: `text/template/parse/lex.go`.
 */
export function pieces(file: string, source: string): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  let isTrimming = false;
  for (;;) {
    const open = source.indexOf('{{', at);
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    if (isTrimming) text = text.replace(/^[ \t\r\n]+/, '');
    if (open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4))) text = text.replace(/[ \t\r\n]+$/, '');
    if (text) result.push({ kind: 'text', text });
    if (open < 0) return result;
    const action = actionAt(file, source, open);
    if (action.tokens) result.push({ kind: 'action', tokens: action.tokens, line: placeOf(source, open).line });
    at = action.end;
    isTrimming = action.isTrimming;
  }
}

interface Action {
  /** Absent for a comment. */
  readonly tokens?: readonly Token[];
  readonly end: number;
  readonly isTrimming: boolean;
}

const COMMENT = /^\/\*[\s\S]*?\*\//;
const CLOSE = /^(?:[ \t\r\n]-\}\}|\}\})/;

function actionAt(file: string, source: string, open: number): Action {
  let at = open + 2;
  if (/^-[ \t\r\n]/.test(source.slice(at, at + 2))) at += 1;
  const comment = COMMENT.exec(source.slice(at).trimStart());
  if (comment && source.slice(at).trimStart().startsWith('/*')) {
    at = source.indexOf('/*', at) + comment[0].length;
    const close = CLOSE.exec(source.slice(at, at + 4));
    if (!close) throw new ParseFailure(file, placeOf(source, at).line, 'comment ends before closing delimiter');
    return { end: at + close[0].length, isTrimming: close[0].length === 4 };
  }
  const tokens: Token[] = [];
  for (;;) {
    const close = CLOSE.exec(source.slice(at, at + 4));
    if (close) return { tokens, end: at + close[0].length, isTrimming: close[0].length === 4 };
    if (at >= source.length) throw new ParseFailure(file, placeOf(source, at).line, 'unclosed action');
    const token = tokenAt(file, source, at);
    tokens.push(token);
    at += token.text.length;
  }
}

const RULES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /^[ \t\r\n]+/],
  ['string', /^"(?:[^"\\\n]|\\.)*"/],
  ['string', /^`[^`]*`/],
  ['character', /^'(?:[^'\\\n]|\\.)+'/],
  ['number', /^[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/],
  ['field', /^\.[\p{L}_][\p{L}\p{N}_]*/u],
  ['variable', /^\$[\p{L}\p{N}_]*/u],
  ['word', /^[\p{L}_][\p{L}\p{N}_]*/u],
  ['sign', /^(?::=|=|\||\(|\)|,|\.)/],
];

function tokenAt(file: string, source: string, at: number): Token {
  const rest = source.slice(at, at + 4000);
  const place = placeOf(source, at);
  for (const [kind, rule] of RULES) {
    const match = rule.exec(rest);
    if (match) return { kind, text: match[0], ...place };
  }
  const letter = rest[0] as string;
  if (letter === '"') throw new ParseFailure(file, place.line, 'unterminated quoted string');
  if (letter === '`') throw new ParseFailure(file, place.line, 'unterminated raw quoted string');
  if (letter === "'") throw new ParseFailure(file, place.line, 'unterminated character constant');
  if (letter === '}') throw new ParseFailure(file, place.line, 'unexpected "}" in operand');
  const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new ParseFailure(file, place.line, `unrecognized character in action: U+${code} '${letter}'`);
}

function placeOf(source: string, at: number): Place {
  const before = source.slice(0, at);
  return { line: before.split('\n').length, column: at - (before.lastIndexOf('\n') + 1) };
}
