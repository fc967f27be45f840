import { compileAdmissionExpression } from '../cel/admission-types.ts';
import { type Compiled, compileExpression } from '../cel/environment.ts';
import { type CelType, DYN, mapOf, objectOf, STRING, typeText } from '../cel/type.ts';
import { type ErrorList, invalid } from './field.ts';

/** What an expression of a policy or webhook may refer to. */
export interface ExpressionVariables {
  readonly hasParameters?: boolean;
  readonly hasAuthorizer?: boolean;
  /** Types of what is below `variables`, by name; absent where there is no such thing. */
  readonly composed?: Readonly<Record<string, CelType>>;
  /** A mutation builds objects of its own: `Object{…}`, `JSONPatch{…}`. */
  readonly isMutation?: boolean;
  /** Nothing but a device: its driver, attributes and capacity. */
  readonly isAboutDevice?: boolean;
}

/** What an expression must come to. */
export type ExpressionResult = 'bool' | 'string' | 'string or null';

const RESULTS: Readonly<Record<ExpressionResult, readonly string[]>> = {
  bool: ['bool'],
  string: ['string'],
  'string or null': ['string', 'null'],
};

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const DEVICE = objectOf('kubernetes.DRADevice', {
  driver: STRING,
  attributes: mapOf(STRING, mapOf(STRING, DYN)),
  capacity: mapOf(STRING, mapOf(STRING, objectOf('kubernetes.Quantity'))),
  allowMultipleAllocations: DYN,
});

/** Whether a variable may have this name in CEL. */
export function isIdentifier(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.has(name);
}

function compiled(expression: string, variables: ExpressionVariables): Compiled {
  if (variables.isAboutDevice === true) return compileExpression(expression, { variables: { device: DEVICE } });
  return compileAdmissionExpression(expression, variables);
}

/** What an expression comes to; `dyn` for one that can't be compiled. */
export function expressionType(expression: string, variables: ExpressionVariables): CelType {
  const result = compiled(expression, variables);
  return result.error === undefined ? result.checked.type : DYN;
}

/** What is wrong with an expression, in the words of Kubernetes' compiler (`k8s.io/apiserver/pkg/admission/plugin/cel`). */
export function expressionErrors(
  expression: string,
  path: string,
  variables: ExpressionVariables,
  wanted?: ExpressionResult,
): ErrorList {
  const result = compiled(expression, variables);
  if (result.error !== undefined) return [invalid(path, expression, `compilation failed: ${result.error}`)];
  if (wanted === undefined) return [];
  const types = RESULTS[wanted];
  const type = typeText(result.checked.type);
  if (types.includes(type)) return [];
  const why =
    types.length === 1
      ? `must evaluate to ${types[0]} but got ${type}`
      : `must evaluate to one of [${types.join(' ').replace('null', 'null_type')}] but got ${type}`;
  return [invalid(path, expression, why)];
}
