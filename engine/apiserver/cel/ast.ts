import type { CelType } from './type.ts';

/** A literal. */
export type Literal =
  | { readonly type: 'int' | 'uint'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: readonly number[] }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null_type'; readonly value: null };

interface Node {
  /** Where messages point at: an offset in the text, in characters. */
  readonly at: number;
}

/** An item of a list literal, or of a map or struct literal; `[?a]` and `{?k: v}` take optional values. */
export interface ListItem {
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface MapItem {
  readonly at: number;
  readonly key: Expression;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface StructItem {
  readonly at: number;
  readonly field: string;
  readonly value: Expression;
  readonly isOptional: boolean;
}

/** What a macro such as `all` comes to: a walk over a list or map that gathers a result. */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly variable: string;
  /** The second variable: `all(i, v, …)`. */
  readonly second?: string;
  readonly range: Expression;
  readonly accumulator: string;
  readonly initial: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** An expression, macros expanded. */
export type Expression =
  | (Node & { readonly kind: 'literal'; readonly literal: Literal })
  | (Node & { readonly kind: 'name'; readonly name: string })
  | (Node & {
      readonly kind: 'select';
      readonly operand: Expression;
      readonly field: string;
      /** `has(a.b)`. */
      readonly isTest: boolean;
      /** `a.?b`. */
      readonly isOptional: boolean;
    })
  | (Node & {
      readonly kind: 'call';
      readonly name: string;
      readonly target?: Expression;
      readonly arguments: readonly Expression[];
    })
  | (Node & { readonly kind: 'list'; readonly items: readonly ListItem[] })
  | (Node & { readonly kind: 'map'; readonly items: readonly MapItem[] })
  | (Node & { readonly kind: 'struct'; readonly type: string; readonly items: readonly StructItem[] })
  | Comprehension;

/** What the checker found out of an expression's parts. */
export interface Checked {
  readonly expression: Expression;
  readonly type: CelType;
  /** Types of all parts. */
  readonly types: ReadonlyMap<Expression, CelType>;
  /** Names of variables that are used. */
  readonly names: ReadonlySet<string>;
  /** Parts that are a dotted name as a whole: `variables.a`, `net.ip`. */
  readonly references: ReadonlyMap<Expression, string>;
}

/** Operators by the names that errors and functions use. */
export const OPERATORS: Readonly<Record<string, string>> = {
  '||': '_||_',
  '&&': '_&&_',
  '<': '_<_',
  '<=': '_<=_',
  '>=': '_>=_',
  '>': '_>_',
  '==': '_==_',
  '!=': '_!=_',
  in: '@in',
  '+': '_+_',
  '-': '_-_',
  '*': '_*_',
  '/': '_/_',
  '%': '_%_',
};
