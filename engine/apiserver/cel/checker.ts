import type { Checked, Comprehension, Expression, MapItem } from './ast.ts';
import type { Library, Overload } from './function.ts';
import type { Problem } from './problem.ts';
import {
  type Bindings,
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  isAssignable,
  isDynamic,
  isScalar,
  joined,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  substituted,
  typeText,
  UINT,
} from './type.ts';

/** What an expression may refer to. */
export interface Environment {
  readonly variables: Readonly<Record<string, CelType>>;
  readonly library: Library;
  /** Types of struct literals: `Object.spec{…}`, `JSONPatch{…}`. */
  readonly structs?: (name: string) => CelType | undefined;
}

/** Finds the types of all parts, or what is wrong. Rules: `cel-go/checker/checker.go`. */
export function check(
  expression: Expression,
  environment: Environment,
): Checked | { readonly problems: readonly Problem[] } {
  const checker = new Checker(environment);
  const type = checker.typeOf(expression);
  if (checker.problems.length > 0) return { problems: checker.problems };
  return { expression, type, types: checker.types, names: checker.names, references: checker.references };
}

const LITERALS: Readonly<Record<string, CelType>> = {
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
  bool: BOOL,
  null_type: NULL,
};

/** Names of types are values, too. */
const TYPE_NAMES = 'bool int uint double string bytes list map null_type type dyn optional_type'.split(' ');

class Checker {
  readonly problems: Problem[] = [];
  readonly types = new Map<Expression, CelType>();
  readonly names = new Set<string>();
  readonly references = new Map<Expression, string>();
  private readonly environment: Environment;
  /** Variables of macros, innermost last. */
  private readonly scopes: Readonly<Record<string, CelType>>[] = [];

  constructor(environment: Environment) {
    this.environment = environment;
  }

  typeOf(expression: Expression): CelType {
    const type = this.find(expression);
    this.types.set(expression, type);
    return type;
  }

  private report(at: number, message: string): CelType {
    this.problems.push({ at, message });
    return ERROR;
  }

  private find(expression: Expression): CelType {
    switch (expression.kind) {
      case 'literal':
        return LITERALS[expression.literal.type] as CelType;
      case 'name':
        return this.named(expression);
      case 'select':
        return this.selected(expression);
      case 'call':
        return this.called(expression);
      case 'list':
        return this.listed(expression);
      case 'map':
        return this.mapped(expression.items);
      case 'struct':
        return this.built(expression);
      default:
        return this.walked(expression);
    }
  }

  private variable(name: string): CelType | undefined {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const scope = this.scopes[at] as Readonly<Record<string, CelType>>;
      if (Object.hasOwn(scope, name)) return scope[name];
    }
    const { variables } = this.environment;
    return Object.hasOwn(variables, name) ? variables[name] : undefined;
  }

  private named(expression: Extract<Expression, { kind: 'name' }>): CelType {
    const name = expression.name.replace(/^\./, '');
    const type = this.variable(name);
    if (type !== undefined) {
      this.names.add(name);
      return type;
    }
    if (TYPE_NAMES.includes(name)) return { kind: 'type', of: DYN };
    return this.report(expression.at, `undeclared reference to '${expression.name}' (in container '')`);
  }

  private selected(expression: Extract<Expression, { kind: 'select' }>): CelType {
    const dotted = dottedName(expression);
    if (dotted === 'google.protobuf.Timestamp' || dotted === 'google.protobuf.Duration') {
      this.references.set(expression, dotted);
      return { kind: 'type', of: DYN };
    }
    const operand = this.typeOf(expression.operand);
    const inner = operand.kind === 'optional' ? operand.value : operand;
    const field = this.fieldOf(inner, expression);
    if (expression.isTest) return BOOL;
    return operand.kind === 'optional' || expression.isOptional ? asOptional(field) : field;
  }

  private fieldOf(type: CelType, { field, at }: Extract<Expression, { kind: 'select' }>): CelType {
    if (isDynamic(type)) return type;
    if (type.kind === 'map') return type.value;
    if (type.kind === 'object' && type.fields !== undefined) {
      if (Object.hasOwn(type.fields, field)) return type.fields[field] as CelType;
      return this.report(at, `undefined field '${field}'`);
    }
    return this.report(at, `type '${typeText(type)}' does not support field selection`);
  }

  private listed(expression: Extract<Expression, { kind: 'list' }>): CelType {
    const types = expression.items.map(({ value, isOptional }) => this.itemType(value, isOptional));
    return listOf(
      this.homogeneous(
        types,
        expression.items.map(({ value }) => value),
      ),
    );
  }

  private itemType(value: Expression, isOptional: boolean): CelType {
    const type = this.typeOf(value);
    if (!isOptional) return type;
    if (type.kind === 'optional') return type.value;
    if (!isDynamic(type)) this.report(value.at, `expected type 'optional_type(A)' but found '${typeText(type)}'`);
    return DYN;
  }

  /** Kubernetes wants literals of one type of items. */
  private homogeneous(types: readonly CelType[], values: readonly Expression[]): CelType {
    const known = types.find((type) => !isDynamic(type) && !isScalar(type, 'null_type'));
    for (const [index, type] of types.entries()) {
      if (known === undefined || isAssignable(known, type, new Map()) || isScalar(type, 'null_type')) continue;
      const at = (values[index] as Expression).at;
      return this.report(at, `expected type '${typeText(known)}' but found '${typeText(type)}'`);
    }
    return joined(types);
  }

  private mapped(items: readonly MapItem[]): CelType {
    const keys = items.map(({ key }) => this.typeOf(key));
    const values = items.map(({ value, isOptional }) => this.itemType(value, isOptional));
    const keyType = this.homogeneous(
      keys,
      items.map(({ key }) => key),
    );
    return mapOf(
      keyType,
      this.homogeneous(
        values,
        items.map(({ value }) => value),
      ),
    );
  }

  private built({ type: name, items, at }: Extract<Expression, { kind: 'struct' }>): CelType {
    const type = this.environment.structs?.(name);
    if (type === undefined || type.kind !== 'object')
      return this.report(at, `undeclared reference to '${name}' (in container '')`);
    for (const item of items) {
      const given = this.itemType(item.value, item.isOptional);
      const wanted = type.fields?.[item.field];
      // Types without known fields take any.
      if (type.fields === undefined) continue;
      if (wanted === undefined) this.report(item.at, `undefined field '${item.field}'`);
      else if (!isAssignable(wanted, given, new Map())) {
        const message = `expected type of field '${item.field}' is '${typeText(wanted)}' but provided type is '${typeText(given)}'`;
        this.report(item.at, message);
      }
    }
    return type;
  }

  private called(expression: Extract<Expression, { kind: 'call' }>): CelType {
    const { name, target, at } = expression;
    const given = expression.arguments.map((part) => this.typeOf(part));
    const overloads = this.environment.library.get(name);
    const types = target === undefined ? given : [this.typeOf(target), ...given];
    if (overloads === undefined) return this.report(at, `undeclared reference to '${name}' (in container '')`);
    const fitting = fittingResults(overloads, target !== undefined, types);
    if (fitting.length > 0) return fitting.length === 1 ? (fitting[0] as CelType) : joined(fitting);
    if (types.some((type) => isScalar(type, 'error'))) return ERROR;
    const shown = given.map(typeText).join(', ');
    const signature = target === undefined ? `(${shown})` : `${typeText(types[0] as CelType)}.(${shown})`;
    return this.report(at, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  private walked(expression: Comprehension): CelType {
    const { variable, second, accumulator } = expression;
    const range = this.typeOf(expression.range);
    const [first, other] = this.walkTypes(expression, range);
    const start = this.typeOf(expression.initial);
    const scope = {
      [variable]: second === undefined ? first : other.key,
      ...(second === undefined ? {} : { [second]: other.value }),
    };
    const condition = this.within({ ...scope, [accumulator]: start }, () => {
      this.typeOf(expression.condition);
      return this.typeOf(expression.step);
    });
    const isBinding = variable === '@unused';
    const gathered = isBinding || isDynamic(condition) ? start : refined(start, condition);
    return this.within({ [accumulator]: gathered }, () => this.typeOf(expression.result));
  }

  private within(scope: Readonly<Record<string, CelType>>, run: () => CelType): CelType {
    this.scopes.push(scope);
    const type = run();
    this.scopes.pop();
    return type;
  }

  /** What the variables of a walk hold: with one variable items or keys, with two index and item or key and value. */
  private walkTypes({ range: { at } }: Comprehension, range: CelType): [CelType, { key: CelType; value: CelType }] {
    if (range.kind === 'list') return [range.element, { key: INT, value: range.element }];
    if (range.kind === 'map') return [range.key, { key: range.key, value: range.value }];
    if (!isDynamic(range)) {
      const what = 'cannot be range of a comprehension (must be list, map, or dynamic)';
      this.report(at, `expression of type '${typeText(range)}' ${what}`);
    }
    return [DYN, { key: DYN, value: DYN }];
  }
}

/** Results of the overloads that fit; of those with the same result one. */
function fittingResults(
  overloads: readonly Overload[],
  isMember: boolean,
  types: readonly CelType[],
): readonly CelType[] {
  const results: CelType[] = [];
  for (const overload of overloads) {
    if (overload.isMember !== isMember || overload.parameters.length !== types.length) continue;
    const bindings: Bindings = new Map();
    const isFit = overload.parameters.every((wanted, index) => isAssignable(wanted, types[index] as CelType, bindings));
    if (isFit) results.push(substituted(overload.result, bindings));
  }
  return results.filter((type, at) => results.findIndex((other) => typeText(other) === typeText(type)) === at);
}

/** A list or map that started empty is one of what was put in. */
function refined(start: CelType, step: CelType): CelType {
  if (start.kind === 'list' && isDynamic(start.element)) return step;
  return start.kind === 'map' && isDynamic(start.value) ? step : start;
}

function asOptional(type: CelType): CelType {
  return type.kind === 'optional' || isScalar(type, 'error') ? type : optionalOf(type);
}

/** `google.protobuf.Timestamp`, where an expression is nothing but a dotted name. */
function dottedName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'select' || expression.isTest || expression.isOptional) return undefined;
  const operand = dottedName(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}
