import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { Fields } from '../kinds/fields.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { type BoundPolicy, boundPolicies } from './policies/bindings.ts';
import { compiledPolicy } from './policies/compiled-policy.ts';
import { conditionsOutcome, Evaluation } from './policies/evaluation.ts';
import { ConfigurationError, parametersOf } from './policies/parameters.ts';

const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';
const BINDINGS = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';

const LONGEST_MESSAGE = 5 * 1024;

/** Codes of the reasons that a validation may give. */
const CODES: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

/** A validation that did not hold, or a policy that could not be asked. */
interface Denial {
  readonly message: string;
  readonly reason: string;
  /** What is wrong with the policy itself is refused whatever the binding's actions say. */
  readonly isConfiguration: boolean;
}

/**
 * Policies in CEL that requests have to pass.
 * Source: `k8s.io/apiserver/pkg/admission/plugin/policy/validating`.
 */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  subresources: ['*'],
  isIdle: ({ turn }) => turn.store.at(BINDINGS).list().length === 0,
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  validate(request) {
    const policies = boundPolicies(POLICIES, BINDINGS, request);
    if (policies.length === 0) return;
    const denials: { readonly bound: BoundPolicy; readonly denial: Denial }[] = [];
    for (const bound of policies) {
      for (const denial of denialsOf(bound, request)) {
        const actions = (bound.binding.spec.validationActions ?? []) as readonly string[];
        if (denial.isConfiguration || actions.includes('Deny')) denials.push({ bound, denial });
        if (!denial.isConfiguration && actions.includes('Warn')) request.call.warnings.push(warningOf(bound, denial));
      }
    }
    const [first] = denials;
    if (first !== undefined) deny(request, first.bound, first.denial);
  },
};

function namesOf({ policy, binding }: BoundPolicy): string {
  return `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
}

function warningOf(bound: BoundPolicy, { message }: Denial): string {
  return `Validation failed for ${namesOf(bound)}: ${message}`;
}

function deny({ call, object }: AdmissionRequest, bound: BoundPolicy, { message, reason }: Denial): never {
  const text = `${namesOf(bound)} denied request: ${message}`;
  const status = forbidden(call.kind, nameForErrors(object), text, [{ message: text }]);
  return refuse({ ...status, reason, code: CODES[reason] ?? 422 });
}

function denialsOf({ policy, binding }: BoundPolicy, request: AdmissionRequest): readonly Denial[] {
  const isLenient = policy.spec.failurePolicy === 'Ignore';
  const failed = (message: string, isConfiguration = false): readonly Denial[] =>
    isLenient ? [] : [{ message, reason: 'Invalid', isConfiguration }];
  try {
    return parametersOf(policy, binding, request).flatMap((parameter) => validate(policy, request, parameter, failed));
  } catch (error) {
    if (error instanceof ConfigurationError) return failed(`failed to configure binding: ${error.message}`, true);
    throw error;
  }
}

function validate(
  policy: KubeObject,
  request: AdmissionRequest,
  parameter: KubeObject | undefined,
  failed: (message: string) => readonly Denial[],
): readonly Denial[] {
  const compiled = compiledPolicy(policy);
  const evaluation = new Evaluation(compiled, request, parameter);
  const conditions = conditionsOutcome(compiled, evaluation);
  if (conditions.error !== undefined) return failed(conditions.error);
  if (conditions.value !== true) return [];
  const sources = (policy.spec.validations ?? []) as readonly Fields[];
  const denials = compiled.validations.flatMap(({ expression, message }, index): readonly Denial[] => {
    const outcome = evaluation.outcome(expression);
    if (outcome.error !== undefined) return failed(outcome.error);
    if (outcome.value === true) return [];
    const source = sources[index] as Fields;
    const told = message === undefined ? undefined : usableText(evaluation.outcome(message));
    const text = told ?? (source.message?.trim() || `failed expression: ${expression.source.trim()}`);
    return [{ message: text, reason: source.reason ?? 'Invalid', isConfiguration: false }];
  });
  const annotations = compiled.annotations.flatMap((expression) => {
    const { error } = evaluation.outcome(expression);
    return error === undefined ? [] : failed(error);
  });
  return [...denials, ...annotations];
}

/** A message of one line that is not too long; otherwise the policy's plain one is told. */
function usableText(outcome: ReturnType<Evaluation['outcome']>): string | undefined {
  if (outcome.error !== undefined || typeof outcome.value !== 'string') return undefined;
  const text = outcome.value.trim();
  return text === '' || text.includes('\n') || text.length > LONGEST_MESSAGE ? undefined : text;
}
