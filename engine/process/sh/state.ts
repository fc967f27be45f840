import type { AnswerList } from '../process.ts';
import type { Shell, ShellArray } from './shell.ts';
import type { Node, Redirection, SimpleCommand, Word } from './syntax.ts';

/** What the shell still has to do, innermost first: the continuation, as data. */
export interface FrameList {
  readonly frame: Frame;
  readonly rest: FrameList | null;
}

export type Frame =
  | { readonly type: 'node'; readonly node: Node }
  | { readonly type: 'list'; readonly items: readonly Node[]; readonly index: number }
  /** After the left side of `&&`, `||`. */
  | { readonly type: 'and' | 'or'; readonly right: Node }
  | { readonly type: 'not' }
  | { readonly type: 'if'; readonly consequence: Node; readonly otherwise?: Node }
  | {
      readonly type: 'loop';
      readonly node: Extract<Node, { kind: 'while' | 'until' }>;
      readonly stage: 'condition' | 'body';
      readonly status: number;
    }
  | {
      readonly type: 'for';
      readonly node: Extract<Node, { kind: 'for' }>;
      readonly values: readonly string[];
      readonly index: number;
      readonly status: number;
    }
  /** Puts back what a redirection or temporary assignment changed. */
  | {
      readonly type: 'restore';
      readonly descriptors?: Readonly<Record<number, number>>;
      readonly close: readonly number[];
      readonly variables?: Saved;
    }
  | { readonly type: 'function'; readonly positional: readonly string[]; readonly locals: Saved }
  /** A text that is parsed and run line by line. `dot`: `return` ends it. */
  | {
      readonly type: 'source';
      readonly text: string;
      readonly position: number;
      readonly dot?: boolean;
      readonly fatal: boolean;
    }
  /** Reads commands from a descriptor, line by line. */
  | { readonly type: 'reader'; readonly fd: number; readonly text: string; readonly interactive: boolean }
  | { readonly type: 'begin'; readonly interactive: boolean }
  /** After the action of a trap. */
  | { readonly type: 'trap'; readonly status: number };

/** Variables as they were: undefined for unset ones. */
export type Saved = Readonly<
  Record<string, { readonly value?: string; readonly array?: ShellArray; readonly exported: boolean }>
>;

/** A command that makes system calls; its continuation is the answers it was given. */
export type Leaf =
  | { readonly type: 'simple'; readonly node: SimpleCommand; readonly last: boolean }
  | { readonly type: 'pipeline'; readonly commands: readonly Node[] }
  | { readonly type: 'subshell'; readonly body: Node }
  | { readonly type: 'background'; readonly body: Node; readonly source: string }
  | { readonly type: 'for'; readonly node: Extract<Node, { kind: 'for' }> }
  | { readonly type: 'case'; readonly node: Extract<Node, { kind: 'case' }> }
  | { readonly type: 'redirect'; readonly body: Node; readonly redirections: readonly Redirection[] }
  | { readonly type: 'arithmetic'; readonly expression: Word }
  | { readonly type: 'test'; readonly words: readonly Word[] }
  | { readonly type: 'close'; readonly fds: readonly number[] }
  | { readonly type: 'line'; readonly fd: number; readonly text: string; readonly interactive: boolean }
  | { readonly type: 'complaint'; readonly message: string; readonly control?: Control }
  | { readonly type: 'begin'; readonly interactive: boolean };

/** Where control goes instead of on. */
export type Control =
  | { readonly type: 'exit' | 'return'; readonly status: number }
  | { readonly type: 'break' | 'continue'; readonly count: number }
  /** Ctrl-C, or an error that gives up the whole command line. */
  | { readonly type: 'abandon'; readonly status: number };

/** What comes of a leaf. */
export interface Outcome {
  readonly status?: number;
  readonly control?: Control;
  /** To be done next, the first one first. */
  readonly push?: readonly Frame[];
  /** A failure that `set -e` minds. */
  readonly mind?: boolean;
}

/** The state of a shell process. */
export interface ShellState {
  readonly shell: Shell;
  readonly frames: FrameList | null;
  /** The command under way: its shell as it was at its beginning, and the answers so far. */
  readonly leaf?: { readonly leaf: Leaf; readonly answers: AnswerList | null };
  /** Caught signals that wait for the end of the command. */
  readonly pending: readonly string[];
  /** Set while the shell ends: what it will exit with. */
  readonly exiting?: number;
}
