import { BUILTINS } from './builtins.ts';
import {
  type Block,
  type Command,
  type Definition,
  ExecutionFailure,
  FunctionFailure,
  type Node,
  type Operand,
  type Pipeline,
  type Place,
  WrongType,
} from './node.ts';
import { parseTemplates } from './parse.ts';
import { isMap, isTrue, type Method, printed, typeName } from './value.ts';

/**
 * What a key that a map lacks is: an empty value without fields (Go's `missingkey=zero`), nothing, be there fields asked of
 * it or not (`default`), or a failure (`error`).
 */
export type MissingKey = 'zero' | 'nothing' | 'failure';

/** Templates that include themselves for ever end here; Helm stops at a thousand. */
const DEEPEST = 1000;

/**
 * Go's text/template: named templates that are run on data. Functions of its own are given in `functions`; those of
 * every template are there anyway.
 *
 * Example: `new Templates({}).add('a', 'Hello {{ .name | printf "%q" }}')`, then `.run('a', { name: 'you' })`.
 */
export class Templates {
  private readonly functions: Readonly<Record<string, Method>>;
  private readonly missingKey: MissingKey;
  private readonly definitions = new Map<string, Definition>();
  private depth = 0;

  constructor(functions: Readonly<Record<string, Method>>, missingKey: MissingKey = 'zero') {
    this.functions = { ...BUILTINS, ...functions };
    this.missingKey = missingKey;
  }

  /** A set with the same templates, to which others may be added. */
  copy(): Templates {
    const other = new Templates(this.functions, this.missingKey);
    for (const [name, definition] of this.definitions) other.definitions.set(name, definition);
    return other;
  }

  /** Reads a file. A later definition of a name takes the place of an earlier one. */
  add(file: string, source: string): this {
    const isKnown = (name: string) => Object.hasOwn(this.functions, name);
    for (const definition of parseTemplates(file, source, isKnown)) {
      const isEmpty = definition.nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
      if (!isEmpty || !this.definitions.has(definition.name)) this.definitions.set(definition.name, definition);
    }
    return this;
  }

  has(name: string): boolean {
    return this.definitions.has(name);
  }

  /** What a template writes for these data. Throws `ExecutionFailure`. */
  run(name: string, data: unknown): string {
    const definition = this.definitions.get(name);
    if (definition === undefined)
      throw new FunctionFailure(`template: no template ${JSON.stringify(name)} associated with template "gotpl"`);
    if (++this.depth > DEEPEST)
      throw new FunctionFailure(`rendering template has a nested reference name: ${name}: unable to execute template`);
    try {
      const run = new Run(this, this.functions, definition, this.missingKey);
      run.start(data);
      return run.text;
    } finally {
      this.depth--;
    }
  }

  /** What a template writes, up to the place where it fails if it does. */
  attempt(name: string, data: unknown): { readonly text: string; readonly problem?: string } {
    const definition = this.definitions.get(name);
    if (definition === undefined)
      return { text: '', problem: `template: ${name}: ${JSON.stringify(name)} is an incomplete or empty template` };
    const run = new Run(this, this.functions, definition, this.missingKey);
    try {
      run.start(data);
      return { text: run.text };
    } catch (error) {
      if (error instanceof ExecutionFailure || error instanceof FunctionFailure)
        return { text: run.text, problem: error.message };
      throw error;
    }
  }
}

/** Variables in blocks: a block sees those around it and may change them. */
class Variables {
  private readonly own: Map<string, unknown>;
  private readonly outer: Variables | undefined;

  constructor(own: readonly (readonly [string, unknown])[], outer?: Variables) {
    this.own = new Map(own);
    this.outer = outer;
  }

  declare(name: string, value: unknown): void {
    this.own.set(name, value);
  }

  holder(name: string): Map<string, unknown> | undefined {
    return this.own.has(name) ? this.own : this.outer?.holder(name);
  }
}

interface Scope {
  readonly dot: unknown;
  readonly variables: Variables;
}

const inner = (scope: Scope, dot: unknown = scope.dot): Scope => ({
  dot,
  variables: new Variables([], scope.variables),
});

/** One run of one template. */
class Run {
  text = '';
  private readonly templates: Templates;
  private readonly functions: Readonly<Record<string, Method>>;
  private readonly definition: Definition;
  private readonly missingKey: MissingKey;

  constructor(
    templates: Templates,
    functions: Readonly<Record<string, Method>>,
    definition: Definition,
    missingKey: MissingKey,
  ) {
    this.templates = templates;
    this.functions = functions;
    this.definition = definition;
    this.missingKey = missingKey;
  }

  start(data: unknown): void {
    this.list(this.definition.nodes, { dot: data, variables: new Variables([['$', data]]) });
  }

  /** Runs parts in order; `break` or `continue` when one of them ended the round of a loop. */
  list(nodes: readonly Node[], scope: Scope): 'break' | 'continue' | undefined {
    for (const node of nodes) {
      const ended = this.node(node, scope);
      if (ended) return ended;
    }
    return undefined;
  }

  private node(node: Node, scope: Scope): 'break' | 'continue' | undefined {
    switch (node.kind) {
      case 'text':
        this.text += node.text;
        return undefined;
      case 'action': {
        const value = this.pipeline(node.pipeline, scope);
        if (node.pipeline.variables.length === 0) this.text += printed(value);
        return undefined;
      }
      case 'template':
        this.text += this.called(node.name, node, scope);
        return undefined;
      case 'range':
        return this.range(node, inner(scope));
      case 'if':
      case 'with': {
        const own = inner(scope);
        const value = this.pipeline(node.pipeline, own);
        if (!isTrue(value)) return this.list(node.otherwise, own);
        return this.list(node.body, node.kind === 'with' ? inner(own, value) : own);
      }
      default:
        return node.kind;
    }
  }

  private called(name: string, node: Extract<Node, { kind: 'template' }>, scope: Scope): string {
    const at = { place: node.place, text: `template ${JSON.stringify(name)}` };
    if (!this.templates.has(name)) throw this.fault(at, `template ${JSON.stringify(name)} not defined`);
    return this.templates.run(name, node.pipeline ? this.pipeline(node.pipeline, scope) : undefined);
  }

  private range(node: Block, scope: Scope): 'break' | 'continue' | undefined {
    const { pipeline } = node;
    const value = this.pipeline({ ...pipeline, variables: [] }, scope);
    const entries = this.entries(value, pipeline);
    if (entries.length === 0) return this.list(node.otherwise, scope);
    const [first, second] = pipeline.variables;
    for (const [key, item] of entries) {
      const own = inner(scope, item);
      if (first !== undefined) this.give(own, pipeline, first, second === undefined ? item : key);
      if (second !== undefined) this.give(own, pipeline, second, item);
      if (this.list(node.body, own) === 'break') break;
    }
    return undefined;
  }

  private entries(value: unknown, pipeline: Pipeline): (readonly [unknown, unknown])[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((item, index) => [BigInt(index), item] as const);
    if (typeof value === 'bigint')
      return Array.from({ length: Number(value) }, (_, index) => [BigInt(index), BigInt(index)] as const);
    if (isMap(value)) {
      return Object.keys(value)
        .sort()
        .map((key) => [key, value[key]] as const);
    }
    throw this.fault(pipeline.commands[0] as Command, `range can't iterate over ${printed(value)}`);
  }

  private pipeline(pipeline: Pipeline, scope: Scope): unknown {
    let value: unknown;
    pipeline.commands.forEach((command, stage) => {
      value = this.command(command, scope, stage === 0 ? [] : [value]);
    });
    for (const name of pipeline.variables) this.give(scope, pipeline, name, value);
    return value;
  }

  private give(scope: Scope, pipeline: Pipeline, name: string, value: unknown): void {
    if (!pipeline.isAssignment) scope.variables.declare(name, value);
    else this.holder(scope, name, pipeline.place).set(name, value);
  }

  private holder(scope: Scope, name: string, place: Place): Map<string, unknown> {
    const holder = scope.variables.holder(name);
    if (!holder) throw this.fault({ place, text: name }, `undefined variable: ${name}`);
    return holder;
  }

  private command(command: Command, scope: Scope, piped: readonly unknown[]): unknown {
    const [head, ...rest] = command.operands as [Operand, ...Operand[]];
    if (head.kind === 'function') return this.function(head.name, command, rest, scope, piped);
    const value = this.operand(head, scope);
    const args = () => [...rest.map((operand) => this.operand(operand, scope)), ...piped];
    if (typeof value === 'function') return this.calling(head.text, command, () => (value as Method)(args()));
    if (rest.length > 0 || piped.length > 0)
      throw this.fault(command, `can't give argument to non-function ${head.text}`);
    return value;
  }

  private function(
    name: string,
    command: Command,
    rest: readonly Operand[],
    scope: Scope,
    piped: readonly unknown[],
  ): unknown {
    // These two look at their arguments one by one, and no further than needed.
    if (name === 'and' || name === 'or') {
      let value: unknown;
      for (const operand of rest) {
        value = this.operand(operand, scope, true);
        if (isTrue(value) === (name === 'or')) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const args = rest.map((operand) => this.operand(operand, scope, true));
    return this.calling(name, command, () => (this.functions[name] as Method)([...args, ...piped]));
  }

  private calling(name: string, command: Command, call: () => unknown): unknown {
    try {
      return call();
    } catch (error) {
      if (error instanceof WrongType) throw this.fault(command.operands.at(-1) ?? command, error.message);
      if (error instanceof FunctionFailure) throw this.fault(command, `error calling ${name}: ${error.message}`, error);
      if (error instanceof ExecutionFailure)
        throw this.fault(command, `error calling ${name}: ${error.message}`, error);
      throw error;
    }
  }

  private operand(operand: Operand, scope: Scope, isArgument = false): unknown {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return scope.dot;
      case 'function':
        return this.calling(operand.name, { operands: [operand], place: operand.place, text: operand.text }, () =>
          (this.functions[operand.name] as Method)([]),
        );
      case 'field':
        return this.walk(operand, scope.dot, operand.fields, isArgument);
      case 'variable':
        return this.walk(
          operand,
          this.holder(scope, operand.name, operand.place).get(operand.name),
          operand.fields,
          isArgument,
        );
      default:
        return this.walk(operand, this.pipeline(operand.pipeline, scope), operand.fields, isArgument);
    }
  }

  /** Follows fields. A method at the end is called when it is an argument: nobody else can give it arguments. */
  private walk(operand: Operand, start: unknown, fields: readonly string[], isArgument: boolean): unknown {
    let value = start;
    fields.forEach((field, at) => {
      if (typeof value === 'function') value = (value as Method)([]);
      if (value === undefined && this.missingKey === 'nothing') return;
      if (value === undefined || value === null) throw this.fault(operand, nothingThere(at, field));
      if (!isMap(value))
        throw this.fault(
          operand,
          `can't evaluate field ${field} in type ${at === 0 ? typeName(value) : 'interface {}'}`,
        );
      if (this.missingKey === 'failure' && !Object.hasOwn(value, field))
        throw this.fault(operand, `map has no entry for key ${JSON.stringify(field)}`);
      value = Object.hasOwn(value, field) ? value[field] : undefined;
    });
    if (isArgument && typeof value === 'function') return (value as Method)([]);
    return value;
  }

  private fault(
    at: { readonly place: Place; readonly text: string },
    problem: string,
    cause?: Error,
  ): ExecutionFailure {
    const { name: template, file } = this.definition;
    return new ExecutionFailure({ file, template, place: at.place, text: at.text }, problem, cause);
  }
}

function nothingThere(at: number, field: string): string {
  return at === 0
    ? `nil data; no entry for key ${JSON.stringify(field)}`
    : `nil pointer evaluating interface {}.${field}`;
}
