import type { Checked, Comprehension, Expression } from './ast.ts';
import type { SizedType } from './sized-type.ts';

/** What is known of a part: its worst cost, and of its value the largest size and, if it has one, its declaration. */
interface Estimate {
  readonly cost: number;
  readonly size: number;
  readonly type?: SizedType;
}

const UNKNOWN = Number.POSITIVE_INFINITY;
const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;
const TRAVERSAL = 0.1;
const REGEX = 0.25;

/**
 * The most an expression can cost, by the sizes that its variables' declarations allow.
 * Source: `cel-go/checker/cost.go`, `k8s.io/apiserver/pkg/cel/library/cost.go`.
 */
export function estimatedCost(checked: Checked, variables: Readonly<Record<string, SizedType>>): number {
  return new Estimator(variables).of(checked.expression).cost;
}

class Estimator {
  private readonly variables: Readonly<Record<string, SizedType>>;
  private scope: readonly (readonly [string, Estimate])[] = [];

  constructor(variables: Readonly<Record<string, SizedType>>) {
    this.variables = variables;
  }

  of(expression: Expression): Estimate {
    switch (expression.kind) {
      case 'literal': {
        const { value } = expression.literal;
        return { cost: 0, size: typeof value === 'string' ? value.length : 1 };
      }
      case 'name':
        return this.named(expression.name);
      case 'select':
        return this.selected(expression);
      case 'call':
        return this.called(expression);
      case 'list':
        return {
          cost: LIST_COST + this.sum(expression.items.map(({ value }) => value)),
          size: expression.items.length,
        };
      case 'map': {
        const parts = expression.items.flatMap(({ key, value }) => [key, value]);
        return { cost: MAP_COST + this.sum(parts), size: expression.items.length };
      }
      case 'struct':
        return { cost: STRUCT_COST + this.sum(expression.items.map(({ value }) => value)), size: 1 };
      default:
        return this.walked(expression);
    }
  }

  private sum(parts: readonly Expression[]): number {
    return parts.reduce((total, part) => total + this.of(part).cost, 0);
  }

  private named(name: string): Estimate {
    const bound = this.scope.find(([known]) => known === name)?.[1];
    if (bound !== undefined) return { ...bound, cost: 1 };
    return declared(this.variables[name.replace(/^\./, '')], 1);
  }

  private selected({ operand, field, isTest }: Extract<Expression, { kind: 'select' }>): Estimate {
    const inner = this.of(operand);
    if (isTest) return { cost: inner.cost, size: 1 };
    return declared(inner.type?.fields?.[field] ?? inner.type?.element, inner.cost + 1);
  }

  private called({ name, target, arguments: given }: Extract<Expression, { kind: 'call' }>): Estimate {
    const parts = (target === undefined ? given : [target, ...given]).map((part) => this.of(part));
    const [first = NOTHING, second = NOTHING, third = NOTHING] = parts;
    const cost = parts.reduce((total, part) => total + part.cost, 0);
    if (name === '_&&_' || name === '_||_' || name === '@not_strictly_false') return { cost, size: 1 };
    if (name === '_?_:_') {
      const size = Math.max(second.size, third.size);
      return { cost: first.cost + Math.max(second.cost, third.cost), size, ...typed(second.type ?? third.type) };
    }
    const own = callCost(name, first, second);
    if (name === '_[_]' || name === '_[?_]') return declared(first.type?.element, cost + own);
    return { cost: cost + own, size: resultSize(name, first, second), ...typed(keptType(name, first)) };
  }

  private walked(walk: Comprehension): Estimate {
    const range = this.of(walk.range);
    const initial = this.of(walk.initial);
    const outer = this.scope;
    const item = walk.second === undefined ? { ...declared(range.type?.element, 1), cost: 1 } : { cost: 1, size: 1 };
    const gathered = { cost: 1, size: initial.size === 0 ? range.size : initial.size, ...typed(initial.type) };
    const values = walk.second === undefined ? [] : [[walk.second, declared(range.type?.element, 1)] as const];
    this.scope = [[walk.accumulator, gathered], [walk.variable, item], ...values, ...outer];
    const each = this.of(walk.condition).cost + this.of(walk.step).cost;
    const result = this.of(walk.result);
    this.scope = outer;
    const times = range.size === 0 ? 0 : range.size * each;
    return { ...result, cost: range.cost + initial.cost + times + result.cost };
  }
}

const NOTHING: Estimate = { cost: 0, size: 0 };

function typed(type: SizedType | undefined): { readonly type?: SizedType } {
  return type === undefined ? {} : { type };
}

function declared(type: SizedType | undefined, cost: number): Estimate {
  return type === undefined ? { cost, size: UNKNOWN } : { cost, size: sizeOf(type), type };
}

/** Numbers and truths are of size one. */
function sizeOf({ type, most }: SizedType): number {
  return type.kind === 'scalar' && ['int', 'uint', 'double', 'bool'].includes(type.name) ? 1 : most;
}

function times(one: number, other: number): number {
  return one === 0 || other === 0 ? 0 : one * other;
}

function callCost(name: string, first: Estimate, second: Estimate): number {
  switch (name) {
    case 'startsWith':
    case 'endsWith':
      return Math.ceil(times(second.size, TRAVERSAL));
    case '@in':
      return second.type?.type.kind === 'map' ? 1 : second.size;
    case '_==_':
    case '_!=_':
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return Math.ceil(Math.max(1, times(Math.min(first.size, second.size), TRAVERSAL)));
    case '_+_':
      return first.type?.type.kind === 'list' ? 1 : Math.max(1, Math.ceil(times(first.size + second.size, TRAVERSAL)));
    case 'contains':
      return times(Math.ceil(times(first.size, TRAVERSAL)), Math.ceil(times(second.size, TRAVERSAL)));
    case 'matches':
    case 'find':
    case 'findAll':
      return times(Math.ceil(times(first.size + 1, TRAVERSAL)), Math.ceil(times(second.size, REGEX)));
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
    case 'sort':
      return first.size;
    case 'sets.contains':
    case 'sets.intersects':
    case 'sets.equivalent':
      return times(first.size, second.size);
    case 'check':
      return 350_000;
    default:
      return TRAVERSING.includes(name) ? Math.max(1, Math.ceil(times(first.size, TRAVERSAL))) : 1;
  }
}

const TRAVERSING =
  'replace split substring trim lowerAscii upperAscii join url isURL quantity isQuantity string bytes ip cidr isIP isCIDR semver isSemver validate format charAt'.split(
    ' ',
  );

function resultSize(name: string, first: Estimate, second: Estimate): number {
  if (name === '_+_') return first.size + second.size;
  const isSame =
    TRAVERSING.includes(name) || name === 'find' || name === 'findAll' || name === 'sort' || name === 'value';
  return isSame ? first.size : 1;
}

/** Optional values and parts of lists are what they were taken from. */
function keptType(name: string, first: Estimate): SizedType | undefined {
  return ['optional.of', 'value', 'orValue', 'sort', 'reverse', 'distinct', 'slice'].includes(name)
    ? first.type
    : undefined;
}
