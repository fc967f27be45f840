import { compileAdmissionExpression } from '../../apiserver/cel/admission-types.ts';
import { typeOfSchema } from '../../apiserver/cel/schema-type.ts';
import { type CelType, DYN } from '../../apiserver/cel/type.ts';
import { apiVersionOf, type Kind } from '../../apiserver/kinds/kind.ts';
import { schemaOf } from '../../apiserver/schema/schemas.ts';
import { servedKinds } from '../../apiserver/served.ts';
import type { KubeObject } from '../../object.ts';

/** An entry of `status.typeChecking.expressionWarnings`. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
}

interface Validation {
  readonly expression: string;
  readonly messageExpression?: string;
}

const MOST_TYPES = 10;

/**
 * Where a policy's expressions do not fit the types of what it is about. Rules with wildcards are left alone, and so are
 * custom resources. Source: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go`.
 */
export function expressionWarnings(policy: KubeObject): readonly ExpressionWarning[] {
  const kinds = kindsToCheck(policy);
  const validations = (policy.spec.validations ?? []) as readonly Validation[];
  return validations.flatMap(({ expression, messageExpression }, index) => {
    const path = `spec.validations[${index}]`;
    const message = messageExpression ? warningOf(policy, kinds, messageExpression, `${path}.messageExpression`) : [];
    return [...warningOf(policy, kinds, expression, `${path}.expression`), ...message];
  });
}

function isPlain(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0 && !values.includes('*');
}

function kindsToCheck(policy: KubeObject): readonly Kind[] {
  const rules = (policy.spec.matchConstraints?.resourceRules ?? []) as readonly Rule[];
  const kinds = rules.flatMap(({ apiGroups, apiVersions, resources }) => {
    if (!isPlain(apiGroups) || !isPlain(apiVersions) || !isPlain(resources)) return [];
    return servedKinds().filter(
      ({ group, version, plural }) =>
        apiGroups.includes(group) && apiVersions.includes(version) && resources.includes(plural),
    );
  });
  const order = (kind: Kind): string => `${kind.group} ${kind.version} ${kind.kind}`;
  return [...new Set(kinds)].sort((one, other) => (order(one) < order(other) ? -1 : 1)).slice(0, MOST_TYPES);
}

function warningOf(
  policy: KubeObject,
  kinds: readonly Kind[],
  expression: string,
  fieldRef: string,
): readonly ExpressionWarning[] {
  const texts = kinds.flatMap((kind) => {
    const problem = problemOf(policy, kind, expression);
    return problem === undefined ? [] : [`${apiVersionOf(kind)}, Kind=${kind.kind}: compilation failed: ${problem}\n`];
  });
  return texts.length === 0 ? [] : [{ fieldRef, warning: texts.join('\n') }];
}

function problemOf(policy: KubeObject, kind: Kind, expression: string): string | undefined {
  const object = typeOfSchema(schemaOf(kind));
  const declared = { hasParameters: policy.spec.paramKind !== undefined, hasAuthorizer: true, object };
  let composed: Readonly<Record<string, CelType>> = {};
  for (const variable of (policy.spec.variables ?? []) as readonly { name: string; expression: string }[]) {
    const compiled = compileAdmissionExpression(variable.expression, { ...declared, composed });
    composed = { ...composed, [variable.name]: compiled.error === undefined ? compiled.checked.type : DYN };
  }
  return compileAdmissionExpression(expression, { ...declared, composed }).error;
}
