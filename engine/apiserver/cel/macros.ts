import type { Expression } from './ast.ts';
import { ProblemError } from './problem.ts';

/** A call as it was written, before macros are looked for. */
interface Call {
  readonly at: number;
  readonly name: string;
  readonly target?: Expression;
  readonly arguments: readonly Expression[];
}

type Macro = (call: Call) => Expression;

/** Where macros gather their result; no variable of an expression can have this name. */
const ACCUMULATOR = '@result';

/** The expansion of a macro, or `undefined` where a call is none. Rules: `cel-go/parser/macro.go` and `ext`. */
export function expanded(call: Call): Expression | undefined {
  const isMember = call.target !== undefined;
  return MACROS[`${isMember ? '.' : ''}${call.name}/${call.arguments.length}`]?.(call);
}

const MACROS: Readonly<Record<string, Macro>> = {
  'has/1': presence,
  '.all/2': (call) => quantified(call, 1, true, '_&&_'),
  '.all/3': (call) => quantified(call, 2, true, '_&&_'),
  '.exists/2': (call) => quantified(call, 1, false, '_||_'),
  '.exists/3': (call) => quantified(call, 2, false, '_||_'),
  '.exists_one/2': (call) => unique(call, 1),
  '.existsOne/2': (call) => unique(call, 1),
  '.exists_one/3': (call) => unique(call, 2),
  '.existsOne/3': (call) => unique(call, 2),
  '.map/2': (call) => gathered(call, 1, undefined, argument(call, 1)),
  '.map/3': (call) => gathered(call, 1, argument(call, 1), argument(call, 2)),
  '.filter/2': (call) => gathered(call, 1, argument(call, 1), argument(call, 0)),
  '.transformList/3': (call) => gathered(call, 2, undefined, argument(call, 2)),
  '.transformList/4': (call) => gathered(call, 2, argument(call, 2), argument(call, 3)),
  '.transformMap/3': (call) => inserted(call, undefined, [argument(call, 0), argument(call, 2)]),
  '.transformMap/4': (call) => inserted(call, argument(call, 2), [argument(call, 0), argument(call, 3)]),
  '.transformMapEntry/3': (call) => inserted(call, undefined, [argument(call, 2)]),
  '.transformMapEntry/4': (call) => inserted(call, argument(call, 2), [argument(call, 3)]),
  '.optMap/2': (call) => withValue(call, (value) => invoke(call.at, 'optional.of', [value])),
  '.optFlatMap/2': (call) => withValue(call, (value) => value),
  '.sortBy/2': sortedBy,
};

function argument(call: Call, index: number): Expression {
  return call.arguments[index] as Expression;
}

function literal(at: number, value: boolean | bigint): Expression {
  return typeof value === 'boolean'
    ? { kind: 'literal', at, literal: { type: 'bool', value } }
    : { kind: 'literal', at, literal: { type: 'int', value } };
}

function invoke(at: number, name: string, parts: readonly Expression[]): Expression {
  return { kind: 'call', at, name, arguments: parts };
}

function reference(at: number, name: string): Expression {
  return { kind: 'name', at, name };
}

function presence(call: Call): Expression {
  const operand = argument(call, 0);
  if (operand.kind !== 'select' || operand.isTest)
    throw new ProblemError(operand.at, 'invalid argument to has() macro');
  return { ...operand, at: call.at, isTest: true };
}

/** The walk that all macros over lists and maps are. */
function walk(
  call: Call,
  variables: 1 | 2,
  parts: Omit<
    Extract<Expression, { kind: 'comprehension' }>,
    'kind' | 'at' | 'variable' | 'second' | 'range' | 'accumulator'
  >,
): Expression {
  const variable = variableName(call, 0);
  const second = variables === 2 ? variableName(call, 1) : undefined;
  if (second === variable) throw new ProblemError(argument(call, 1).at, `duplicate variable name: ${variable}`);
  return {
    kind: 'comprehension',
    at: call.at,
    variable,
    ...(second === undefined ? {} : { second }),
    range: call.target as Expression,
    accumulator: ACCUMULATOR,
    ...parts,
  };
}

function variableName(call: Call, index: number): string {
  const name = argument(call, index);
  if (name.kind !== 'name' || name.name.startsWith('.'))
    throw new ProblemError(name.at, 'argument must be a simple name');
  return name.name;
}

function quantified(call: Call, variables: 1 | 2, start: boolean, operator: '_&&_' | '_||_'): Expression {
  const { at } = call;
  const result = reference(at, ACCUMULATOR);
  const goesOn = start ? result : invoke(at, '!_', [result]);
  return walk(call, variables, {
    initial: literal(at, start),
    condition: invoke(at, '@not_strictly_false', [goesOn]),
    step: invoke(at, operator, [result, argument(call, variables)]),
    result,
  });
}

function unique(call: Call, variables: 1 | 2): Expression {
  const { at } = call;
  const result = reference(at, ACCUMULATOR);
  const more = invoke(at, '_+_', [result, literal(at, 1n)]);
  return walk(call, variables, {
    initial: literal(at, 0n),
    condition: literal(at, true),
    step: invoke(at, '_?_:_', [argument(call, variables), more, result]),
    result: invoke(at, '_==_', [result, literal(at, 1n)]),
  });
}

function gathered(call: Call, variables: 1 | 2, filter: Expression | undefined, item: Expression): Expression {
  const { at } = call;
  const result = reference(at, ACCUMULATOR);
  const more = invoke(at, '_+_', [result, { kind: 'list', at, items: [{ value: item, isOptional: false }] }]);
  return walk(call, variables, {
    initial: { kind: 'list', at, items: [] },
    condition: literal(at, true),
    step: filter === undefined ? more : invoke(at, '_?_:_', [filter, more, result]),
    result,
  });
}

function inserted(call: Call, filter: Expression | undefined, entry: readonly Expression[]): Expression {
  const { at } = call;
  const result = reference(at, ACCUMULATOR);
  const more = invoke(at, 'cel.@mapInsert', [result, ...entry]);
  return walk(call, 2, {
    initial: { kind: 'map', at, items: [] },
    condition: literal(at, true),
    step: filter === undefined ? more : invoke(at, '_?_:_', [filter, more, result]),
    result,
  });
}

/** `x.optMap(v, e)`: `e` with `v` standing for the value, where there is one. A walk over nothing binds the name. */
function withValue(call: Call, wrap: (value: Expression) => Expression): Expression {
  const { at } = call;
  const target = call.target as Expression;
  const name = variableName(call, 0);
  const bound: Expression = {
    kind: 'comprehension',
    at,
    variable: '@unused',
    range: { kind: 'list', at, items: [] },
    accumulator: name,
    initial: { kind: 'call', at, name: 'value', target, arguments: [] },
    condition: literal(at, false),
    step: reference(at, name),
    result: argument(call, 1),
  };
  const isPresent: Expression = { kind: 'call', at, name: 'hasValue', target, arguments: [] };
  return invoke(at, '_?_:_', [isPresent, wrap(bound), invoke(at, 'optional.none', [])]);
}

function sortedBy(call: Call): Expression {
  const target = call.target as Expression;
  const keys = gathered(call, 1, undefined, argument(call, 1));
  return { kind: 'call', at: call.at, name: '@sortByAssociatedKeys', target, arguments: [keys] };
}
