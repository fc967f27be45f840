import { parse } from '@bufbuild/cel';
import { type ErrorList, invalid } from './field.ts';

/** What an expression of a policy or webhook may refer to. */
export interface ExpressionVariables {
  readonly hasParameters?: boolean;
  readonly hasAuthorizer?: boolean;
  /** Names below `variables`; absent where there are none. */
  readonly composed?: readonly string[];
  /** A mutation builds objects of its own: `Object{…}`, `JSONPatch{…}`. */
  readonly isMutation?: boolean;
  /** Nothing but a device: its driver, attributes and capacity. */
  readonly isAboutDevice?: boolean;
}

/** What an expression must come to. */
export type ExpressionResult = 'bool' | 'string' | 'string or null';

type Expression = NonNullable<ReturnType<typeof parse>['expr']>;

const ALWAYS_KNOWN = ['object', 'oldObject', 'request', 'namespaceObject'];
/** Types, and what stands before the name of a function. */
const NAMES = new Set(
  'bool bytes double duration dyn int list map null_type string timestamp type uint base64 cel format google ip cidr jsonpatch math optional semver sets strings url'.split(
    ' ',
  ),
);
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const EXPECTS_OPERAND = /(?:[-+*/%<>=!&|?:([{,.]|\bin)\s*$/;
const COMPARISONS = new Set(['_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_', '_&&_', '_||_', '!_', '@in', '_in_']);
const LITERALS: Readonly<Record<string, string>> = {
  int64Value: 'int',
  uint64Value: 'uint',
  doubleValue: 'double',
  stringValue: 'string',
  bytesValue: 'bytes',
  boolValue: 'bool',
  nullValue: 'null_type',
};

/** Whether a variable may have this name in CEL. */
export function isIdentifier(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.has(name);
}

/** What is wrong with an expression, in the words of Kubernetes' compiler (`k8s.io/apiserver/pkg/admission/plugin/cel`). */
export function expressionErrors(
  expression: string,
  path: string,
  variables: ExpressionVariables,
  result?: ExpressionResult,
): ErrorList {
  const why = compilationProblem(expression, variables, result);
  return why === undefined ? [] : [invalid(path, expression, why)];
}

function compilationProblem(
  expression: string,
  variables: ExpressionVariables,
  result: ExpressionResult | undefined,
): string | undefined {
  const parsed = parsedExpression(expression);
  if (parsed === undefined) return syntaxProblem(expression);
  const { expr, sourceInfo } = parsed;
  if (expr === undefined) return undefined;
  const positions = (sourceInfo?.positions ?? {}) as Readonly<Record<string, number>>;
  const wrong = findUndeclared(expr, knownNames(variables), variables.composed);
  if (wrong !== undefined) {
    const offset = positions[String(wrong.at)] ?? 0;
    return `compilation failed: ${located(expression, offset, wrong.text)}`;
  }
  const type = typeOf(expr);
  if (result === undefined || type === undefined) return undefined;
  if (result === 'string or null')
    return type === 'string' || type === 'null_type' ? undefined : 'must evaluate to one of [string null_type]';
  return type === result ? undefined : `must evaluate to ${result} but got ${type}`;
}

function parsedExpression(expression: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(expression);
  } catch {
    return undefined;
  }
}

/** Told only where an operand is missing at the end; optional fields, say, are beyond the parser and taken as they are. */
function syntaxProblem(expression: string): string | undefined {
  if (!EXPECTS_OPERAND.test(expression)) return undefined;
  const text = `Syntax error: mismatched input '<EOF>' expecting ${OPERAND}`;
  return `compilation failed: ${located(expression, expression.length, text)}`;
}

/** `ERROR: <input>:1:4: …` with the line and a mark below the place. */
function located(expression: string, offset: number, text: string): string {
  const before = expression.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = expression.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${text}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

function knownNames(variables: ExpressionVariables): ReadonlySet<string> {
  if (variables.isAboutDevice === true) return new Set([...NAMES, 'device']);
  const { hasParameters, hasAuthorizer, composed, isMutation } = variables;
  const names = [...NAMES, ...ALWAYS_KNOWN];
  if (hasParameters === true) names.push('params');
  if (hasAuthorizer === true) names.push('authorizer');
  if (composed !== undefined && composed.length > 0) names.push('variables');
  if (isMutation === true) names.push('Object', 'JSONPatch');
  return new Set(names);
}

interface Undeclared {
  readonly at: bigint;
  readonly text: string;
}

function findUndeclared(
  expression: Expression,
  known: ReadonlySet<string>,
  composed: readonly string[] | undefined,
): Undeclared | undefined {
  const { case: kind, value } = expression.exprKind;
  if (kind === 'identExpr') {
    const isKnown = known.has(value.name) || value.name.startsWith('@');
    return isKnown
      ? undefined
      : { at: expression.id, text: `undeclared reference to '${value.name}' (in container '')` };
  }
  if (kind === 'selectExpr' && value.operand?.exprKind.case === 'identExpr') {
    const isComposed = value.operand.exprKind.value.name === 'variables' && known.has('variables');
    if (isComposed && composed?.includes(value.field) === false)
      return { at: expression.id, text: `undefined field '${value.field}'` };
  }
  const inner =
    kind === 'comprehensionExpr' ? new Set([...known, value.iterVar, value.iterVar2, value.accuVar]) : known;
  for (const part of partsOf(expression)) {
    const found = findUndeclared(part, inner, composed);
    if (found !== undefined) return found;
  }
  return undefined;
}

function partsOf(expression: Expression): readonly Expression[] {
  const { case: kind, value } = expression.exprKind;
  const parts = ((): readonly (Expression | undefined)[] => {
    switch (kind) {
      case 'selectExpr':
        return [value.operand];
      case 'callExpr':
        return [value.target, ...value.args];
      case 'listExpr':
        return value.elements;
      case 'structExpr':
        return value.entries.flatMap((entry) => [
          entry.keyKind.case === 'mapKey' ? entry.keyKind.value : undefined,
          entry.value,
        ]);
      case 'comprehensionExpr':
        return [value.iterRange, value.accuInit, value.loopCondition, value.loopStep, value.result];
      default:
        return [];
    }
  })();
  return parts.filter((part) => part !== undefined);
}

/** The type of an expression where its form tells; undefined for what depends on objects. */
function typeOf(expression: Expression): string | undefined {
  const { case: kind, value } = expression.exprKind;
  if (kind === 'constExpr') return LITERALS[value.constantKind.case ?? ''];
  if (kind !== 'callExpr') return undefined;
  const name = value.function;
  if (COMPARISONS.has(name)) return 'bool';
  if (value.target === undefined && ['string', 'int', 'uint', 'double', 'bool', 'bytes'].includes(name)) return name;
  if (name === 'size') return 'int';
  if (name === '_?_:_') return typeOf(value.args[1] as Expression);
  const types = value.args.map(typeOf);
  return /^_[-+*/%]_$/.test(name) && types[0] === types[1] ? types[0] : undefined;
}
