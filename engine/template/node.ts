/** Where a node stands: the line from 1, the column from 0, as Go counts them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value in a command: what it is, where it stands and how it reads (`text`, for error messages). */
export type Operand = { readonly place: Place; readonly text: string } & (
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'dot' }
  | { readonly kind: 'field'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
);

/** One stage of a pipeline: a value, or a function or method with its arguments. */
export interface Command {
  readonly operands: readonly Operand[];
  readonly place: Place;
  readonly text: string;
}

/** Commands joined by `|`, whose value may be given to variables. */
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly variables: readonly string[];
  /** `$x = 1` changes a variable, `$x := 1` makes one. */
  readonly isAssignment: boolean;
  readonly place: Place;
}

/** A part with parts in it. */
export interface Block {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** A part of a template. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | Block
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly place: Place;
      readonly pipeline: Pipeline | undefined;
    }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' };

/** A named template: its name, its parts and the file it stands in. */
export interface Definition {
  readonly name: string;
  readonly file: string;
  readonly nodes: readonly Node[];
}

/** A template that cannot be read: `line` is where. */
export class ParseFailure extends Error {
  override readonly name = 'ParseFailure';
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  constructor(file: string, line: number, problem: string) {
    super(`template: ${file}:${line}: ${problem}`);
    this.file = file;
    this.line = line;
    this.problem = problem;
  }
}

/** A template that fails while it runs. `problem` says why; `cause` is the failure of a template inside. */
export class ExecutionFailure extends Error {
  override readonly name = 'ExecutionFailure';
  readonly file: string;
  readonly template: string;
  readonly place: Place;
  readonly text: string;
  readonly problem: string;
  readonly inner: Error | undefined;
  constructor(
    at: { readonly file: string; readonly template: string; readonly place: Place; readonly text: string },
    problem: string,
    inner?: Error,
  ) {
    const { file, template, place, text } = at;
    const short = text.length > 20 ? `${text.slice(0, 20)}...` : text;
    super(
      `template: ${file}:${place.line}:${place.column}: executing ${JSON.stringify(template)} at <${short}>: ${problem}`,
    );
    this.file = file;
    this.template = template;
    this.place = place;
    this.text = short;
    this.problem = problem;
    this.inner = inner;
  }
}

/** What a function says that cannot do its work; the template puts the place before it. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
}

/** A value of a kind that a function does not take: told at the value, not at the function. */
export class WrongType extends FunctionFailure {}
