import type { Checked, Comprehension, Expression } from './ast.ts';
import { callCost } from './call-cost.ts';
import { isOfType, type Library, type Overload } from './function.ts';
import {
  Bytes,
  EvaluationError,
  isList,
  MapValue,
  Opaque,
  OptionalValue,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from './value.ts';

/** Costs of the parts of an expression, in CEL's units (`cel-go/common/cost.go`). */
const NAME_COST = 1;
const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;

/** Values of the variables. */
export type Activation = (name: string) => Value | undefined;

/** What an evaluation has cost so far, and may cost. */
export interface Meter {
  cost: number;
  readonly limit: number;
}

/** A compiled expression. Throws `EvaluationError`. */
export type Program = (activation: Activation, meter: Meter) => Value;

interface Frame {
  readonly activation: Activation;
  readonly meter: Meter;
  /** Variables of macros. */
  readonly scope: Scope | undefined;
}

interface Scope {
  readonly name: string;
  readonly value: Value;
  readonly outer: Scope | undefined;
}

type Step = (frame: Frame) => Value;

/** Makes a program of a checked expression. */
export function programOf(checked: Checked, library: Library): Program {
  const step = new Compiler(checked, library).compile(checked.expression);
  return (activation, meter) => step({ activation, meter, scope: undefined });
}

function charge(frame: Frame, cost: number): void {
  frame.meter.cost += cost;
  if (frame.meter.cost > frame.meter.limit)
    throw new EvaluationError('operation cancelled: actual cost limit exceeded');
}

class Compiler {
  private readonly checked: Checked;
  private readonly library: Library;

  constructor(checked: Checked, library: Library) {
    this.checked = checked;
    this.library = library;
  }

  compile(expression: Expression): Step {
    const reference = this.checked.references.get(expression);
    if (reference !== undefined) return () => new TypeValue(reference);
    switch (expression.kind) {
      case 'literal': {
        const value = literalValue(expression.literal);
        return () => value;
      }
      case 'name':
        return named(expression.name.replace(/^\./, ''));
      case 'select':
        return this.select(expression);
      case 'call':
        return this.call(expression);
      case 'list':
        return this.list(expression);
      case 'map':
        return this.map(expression);
      case 'struct':
        return this.struct(expression);
      default:
        return this.walk(expression);
    }
  }

  private select({ operand, field, isTest, isOptional }: Extract<Expression, { kind: 'select' }>): Step {
    const inner = this.compile(operand);
    return (frame) => {
      const value = inner(frame);
      if (!isTest) charge(frame, NAME_COST);
      return isTest ? hasField(value, field) : selected(value, field, isOptional);
    };
  }

  private list({ items }: Extract<Expression, { kind: 'list' }>): Step {
    const steps = items.map(({ value, isOptional }) => ({ step: this.compile(value), isOptional }));
    return (frame) => {
      const result: Value[] = [];
      for (const { step, isOptional } of steps) {
        const value = given(step(frame), isOptional);
        if (value !== undefined) result.push(value);
      }
      charge(frame, LIST_COST);
      return result;
    };
  }

  private map({ items }: Extract<Expression, { kind: 'map' }>): Step {
    const steps = items.map((item) => ({ ...item, key: this.compile(item.key), value: this.compile(item.value) }));
    return (frame) => {
      const pairs: [Value, Value][] = [];
      for (const { key, value, isOptional } of steps) {
        const name = key(frame);
        const content = given(value(frame), isOptional);
        if (content !== undefined) pairs.push([name, content]);
      }
      charge(frame, MAP_COST);
      return new MapValue(pairs);
    };
  }

  private struct({ type, items }: Extract<Expression, { kind: 'struct' }>): Step {
    const steps = items.map((item) => ({ ...item, value: this.compile(item.value) }));
    return (frame) => {
      const pairs: [Value, Value][] = [];
      for (const { field, value, isOptional } of steps) {
        const content = given(value(frame), isOptional);
        if (content !== undefined) pairs.push([field, content]);
      }
      charge(frame, STRUCT_COST);
      return new MapValue(pairs, type);
    };
  }

  private call(expression: Extract<Expression, { kind: 'call' }>): Step {
    const { name, target } = expression;
    const parts = target === undefined ? expression.arguments : [target, ...expression.arguments];
    const steps = parts.map((part) => this.compile(part));
    const lazy = LAZY[name];
    if (lazy !== undefined) return lazy(steps);
    const overloads = (this.library.get(name) ?? []).filter(
      ({ isMember, parameters }) => isMember === (target !== undefined) && parameters.length === parts.length,
    );
    return (frame) => {
      const values = steps.map((step) => step(frame));
      charge(frame, callCost(name, values));
      return dispatched(overloads, values);
    };
  }

  private walk(expression: Comprehension): Step {
    const { variable, second, accumulator } = expression;
    const range = this.compile(expression.range);
    const initial = this.compile(expression.initial);
    const condition = this.compile(expression.condition);
    const step = this.compile(expression.step);
    const result = this.compile(expression.result);
    return (frame) => {
      const pairs = walkedPairs(range(frame), second !== undefined);
      let gathered = attempt(() => initial(frame));
      for (const [first, other] of pairs) {
        let scope: Scope | undefined = { name: accumulator, value: gathered as Value, outer: frame.scope };
        scope = { name: variable, value: first, outer: scope };
        if (second !== undefined) scope = { name: second, value: other, outer: scope };
        const inner = { ...frame, scope };
        if (condition(inner) !== true) break;
        gathered = attempt(() => step(inner));
      }
      const scope = { name: accumulator, value: gathered as Value, outer: frame.scope };
      return result({ ...frame, scope });
    };
  }
}

/** An error within a walk is kept as its state: a later item may make up for it. */
class Failed {
  readonly error: EvaluationError;
  constructor(error: EvaluationError) {
    this.error = error;
  }
}

function attempt(run: () => Value): Value | Failed {
  try {
    return run();
  } catch (error) {
    if (error instanceof EvaluationError && !error.message.startsWith('operation cancelled')) return new Failed(error);
    throw error;
  }
}

function named(name: string): Step {
  return (frame) => {
    charge(frame, NAME_COST);
    for (let scope = frame.scope; scope !== undefined; scope = scope.outer) {
      if (scope.name !== name) continue;
      const value = scope.value as Value | Failed;
      if (value instanceof Failed) throw value.error;
      return value;
    }
    const value = frame.activation(name);
    if (value !== undefined) return value;
    if (TYPES.includes(name)) return new TypeValue(name);
    throw new EvaluationError(`no such attribute(s): ${name}`);
  };
}

const TYPES = 'bool int uint double string bytes list map null_type type dyn optional_type'.split(' ');

function literalValue(literal: Extract<Expression, { kind: 'literal' }>['literal']): Value {
  if (literal.type === 'uint') return new Uint(literal.value);
  return literal.type === 'bytes' ? new Bytes(literal.value) : literal.value;
}

/** What an item contributes: `[?x]` nothing where `x` is none. */
function given(value: Value, isOptional: boolean): Value | undefined {
  if (!isOptional) return value;
  if (!(value instanceof OptionalValue)) throw new EvaluationError('no such overload');
  return value.value;
}

function hasField(value: Value, field: string): boolean {
  const inner = value instanceof OptionalValue ? value.value : value;
  if (inner === undefined) return false;
  if (inner instanceof MapValue) return inner.has(field);
  throw new EvaluationError('no such overload');
}

function selected(value: Value, field: string, isOptional: boolean): Value {
  if (value instanceof OptionalValue) {
    const inner = value.value;
    if (inner === undefined) return value;
    if (!(inner instanceof MapValue)) throw new EvaluationError('no such overload');
    return new OptionalValue(inner.get(field));
  }
  if (value instanceof Opaque && Object.hasOwn(value.fields, field)) return value.fields[field] as Value;
  if (!(value instanceof MapValue)) throw new EvaluationError('no such overload');
  const found = value.get(field);
  if (isOptional) return new OptionalValue(found);
  if (found === undefined) throw new EvaluationError(`no such key: ${field}`);
  return found;
}

function dispatched(overloads: readonly Overload[], values: readonly Value[]): Value {
  for (const { parameters, call } of overloads) {
    if (parameters.every((type, at) => isOfType(values[at] as Value, type))) return call(...values);
  }
  throw new EvaluationError('no such overload');
}

/** Pairs of a walk: with one variable items or keys come first; with two, index and item or key and value. */
function walkedPairs(range: Value, isTwo: boolean): readonly (readonly [Value, Value])[] {
  if (isList(range)) return range.map((item, at) => (isTwo ? [BigInt(at), item] : [item, item]));
  if (range instanceof MapValue) return range.pairs();
  throw new EvaluationError(`got '${typeName(range)}', expected iterable type`);
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw new EvaluationError('no such overload');
  return value;
}

/** `&&` and `||`: either side may decide, whichever fails. */
function logical(steps: readonly Step[], decisive: boolean): Step {
  const [left, right] = steps as [Step, Step];
  return (frame) => {
    const first = attempt(() => truth(left(frame)));
    if (first === decisive) return decisive;
    const second = attempt(() => truth(right(frame)));
    if (second === decisive) return decisive;
    if (first instanceof Failed) throw first.error;
    if (second instanceof Failed) throw second.error;
    return !decisive;
  };
}

const LAZY: Readonly<Record<string, (steps: readonly Step[]) => Step>> = {
  '_&&_': (steps) => logical(steps, false),
  '_||_': (steps) => logical(steps, true),
  '_?_:_': ([condition, yes, no]) => {
    return (frame) => (truth((condition as Step)(frame)) ? (yes as Step)(frame) : (no as Step)(frame));
  },
  '@not_strictly_false': ([operand]) => {
    return (frame) => {
      const value = attempt(() => (operand as Step)(frame));
      return value !== false;
    };
  },
  or: (steps) => optionalElse(steps, (first) => first),
  orValue: (steps) => optionalElse(steps, (first) => first.value as Value),
};

/** `a.or(b)`, `a.orValue(b)`: `b` is looked at only where there is no `a`. */
function optionalElse(steps: readonly Step[], present: (first: OptionalValue) => Value): Step {
  const [first, second] = steps as [Step, Step];
  return (frame) => {
    const value = first(frame);
    if (!(value instanceof OptionalValue)) throw new EvaluationError('no such overload');
    return value.value === undefined ? second(frame) : present(value);
  };
}
