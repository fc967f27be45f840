import type { KubeObject } from '../../../object.ts';
import { type AdmissionVariables, compileAdmissionExpression } from '../../cel/admission-types.ts';
import type { Compiled } from '../../cel/environment.ts';
import { type CelType, DYN } from '../../cel/type.ts';
import type { Fields } from '../../kinds/fields.ts';

/** An expression with its text, which messages quote. */
export interface PolicyExpression {
  readonly source: string;
  readonly compiled: Compiled;
}

/** The expressions of a policy. */
export interface CompiledPolicy {
  readonly conditions: readonly PolicyExpression[];
  /** By name, in the order in which they may refer to each other. */
  readonly variables: ReadonlyMap<string, PolicyExpression>;
  readonly validations: readonly {
    readonly expression: PolicyExpression;
    readonly message?: PolicyExpression;
  }[];
  readonly annotations: readonly PolicyExpression[];
  readonly mutations: readonly PolicyExpression[];
}

const known = new WeakMap<KubeObject, CompiledPolicy>();

/** The expressions of a policy, compiled once: they follow from the stored policy alone. */
export function compiledPolicy(policy: KubeObject): CompiledPolicy {
  let compiled = known.get(policy);
  if (compiled === undefined) {
    compiled = compile(policy.spec);
    known.set(policy, compiled);
  }
  return compiled;
}

function compile(spec: Fields): CompiledPolicy {
  const base: AdmissionVariables = { hasParameters: spec.paramKind !== undefined, hasAuthorizer: true };
  const conditions = list(spec.matchConditions).map(({ expression }) => expressionOf(expression, base));
  const variables = new Map<string, PolicyExpression>();
  let composed: Readonly<Record<string, CelType>> = {};
  for (const { name, expression } of list(spec.variables)) {
    const variable = expressionOf(expression, { ...base, composed });
    variables.set(name, variable);
    const type = variable.compiled.error === undefined ? variable.compiled.checked.type : DYN;
    composed = { ...composed, [name]: type };
  }
  const declared = { ...base, composed };
  const forMessages = { ...declared, hasAuthorizer: false };
  return {
    conditions,
    variables,
    validations: list(spec.validations).map(({ expression, messageExpression }) => ({
      expression: expressionOf(expression, declared),
      ...(messageExpression ? { message: expressionOf(messageExpression, forMessages) } : {}),
    })),
    annotations: list(spec.auditAnnotations).map(({ valueExpression }) => expressionOf(valueExpression, declared)),
    mutations: list(spec.mutations).map(({ applyConfiguration, jsonPatch }) =>
      expressionOf((applyConfiguration ?? jsonPatch)?.expression ?? '', { ...declared, isMutation: true }),
    ),
  };
}

function list(given: readonly Fields[] | undefined): readonly Fields[] {
  return given ?? [];
}

function expressionOf(source: string, declared: AdmissionVariables): PolicyExpression {
  return { source, compiled: compileAdmissionExpression(source, declared) };
}
