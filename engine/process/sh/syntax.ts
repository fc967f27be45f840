/** A piece of a word. `quoted` text is neither split nor globbed. */
export type Part =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly type: 'parameter';
      readonly name: string;
      readonly quoted: boolean;
      /** Of an element: `${x[1]}`; `@` and `*` are all of them. */
      readonly subscript?: Word;
      /** `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `#`, `##`, `%`, `%%`, `/`, `//`, `:` (substring), `^`, `^^`, `,`, `,,`;
       * `length` for `${#x}`, `keys` for `${!x[@]}`, `indirect` for `${!x}`. */
      readonly operator?: string;
      readonly word?: Word;
      /** Replacement of `/`, length of `:`. */
      readonly second?: Word;
    }
  | { readonly type: 'command'; readonly source: string; readonly quoted: boolean }
  | { readonly type: 'arithmetic'; readonly expression: Word; readonly quoted: boolean }
  /** `<(…)` and `>(…)` of bash. */
  | { readonly type: 'process'; readonly source: string; readonly direction: '<' | '>' };

export type Word = readonly Part[];

export interface Redirection {
  readonly fd: number;
  readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '<<' | '<<<' | '&>';
  /** The target, or the text of a here-document. */
  readonly word: Word;
}

export interface Assignment {
  readonly name: string;
  readonly word: Word;
  readonly append: boolean;
  /** `x[1]=…`. */
  readonly subscript?: Word;
  /** `x=(…)`, instead of a word. */
  readonly elements?: readonly ArrayElement[];
}

/** A word between the brackets of `x=(a b)`, which may be many, or `[key]=value`. */
export interface ArrayElement {
  readonly key?: Word;
  readonly word: Word;
}

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** Arrays among the arguments: `declare -a x=(1 2)`. */
  readonly arrays?: readonly Assignment[];
}

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: Node;
}

/** The parsed command. */
export type Node =
  | SimpleCommand
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'background'; readonly body: Node; readonly source: string }
  | { readonly kind: 'pipeline'; readonly commands: readonly Node[] }
  | { readonly kind: 'not'; readonly body: Node }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'if'; readonly condition: Node; readonly consequence: Node; readonly otherwise?: Node }
  /** `next` comes after each turn: `for ((…; …; next))`. */
  | { readonly kind: 'while' | 'until'; readonly condition: Node; readonly body: Node; readonly next?: Node }
  /** Without words: over the positional parameters. */
  | { readonly kind: 'for'; readonly name: string; readonly words?: readonly Word[]; readonly body: Node }
  | { readonly kind: 'case'; readonly word: Word; readonly items: readonly CaseItem[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: Node }
  | { readonly kind: 'subshell'; readonly body: Node }
  | { readonly kind: 'redirected'; readonly body: Node; readonly redirections: readonly Redirection[] }
  /** `(( expression ))`. */
  | { readonly kind: 'arithmetic'; readonly expression: Word }
  /** `[[ … ]]`. */
  | { readonly kind: 'test'; readonly words: readonly Word[] };

/** The text breaks a rule of the grammar. `message` without the shell's name and line. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}

/** The text ends too early: an interactive shell asks for another line. */
export class UnfinishedInput extends ShellSyntaxError {}
