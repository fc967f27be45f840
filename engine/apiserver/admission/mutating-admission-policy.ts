import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { isEqual } from '../equality.ts';
import { forbidden } from '../errors.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { type BoundPolicy, boundPolicies } from './policies/bindings.ts';
import { compiledPolicy } from './policies/compiled-policy.ts';
import { conditionsOutcome, Evaluation } from './policies/evaluation.ts';
import { MutationError, withConfiguration, withJsonPatch } from './policies/mutation.ts';
import { ConfigurationError, parametersOf } from './policies/parameters.ts';

const POLICIES = 'mutatingadmissionpolicies.admissionregistration.k8s.io';
const BINDINGS = 'mutatingadmissionpolicybindings.admissionregistration.k8s.io';

/** A policy that could not be asked or could not do what it says. */
class Failure extends Error {
  override readonly name = 'Failure';
}

/**
 * Policies in CEL that change objects. One that wants to (`reinvocationPolicy: IfNeeded`) sees the object again when it
 * was changed after it. Source: `k8s.io/apiserver/pkg/admission/plugin/policy/mutating`.
 */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: 'MutatingAdmissionPolicy',
  subresources: ['*'],
  isIdle: ({ turn }) => turn.store.at(BINDINGS).list().length === 0,
  operations: ['CREATE', 'UPDATE', 'CONNECT'],
  causesReinvocation: true,
  admit(request) {
    const policies = boundPolicies(POLICIES, BINDINGS, request);
    let { object } = request;
    if (policies.length === 0) return object;
    const errors: string[] = [];
    for (const bound of policies) {
      if (request.isReinvocation === true && bound.policy.spec.reinvocationPolicy !== 'IfNeeded') continue;
      try {
        object = mutated(bound, object === request.object ? request : { ...request, object });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (bound.policy.spec.failurePolicy !== 'Ignore') errors.push(errorText(bound, error));
      }
    }
    if (errors.length > 0) deny(request, errors);
    return object;
  },
};

function errorText({ policy, binding }: BoundPolicy, { message }: Failure): string {
  const names = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  return `${names} denied request: ${message}`;
}

function deny({ call, object }: AdmissionRequest, errors: readonly string[]): never {
  const causes = errors.map((message) => ({ message }));
  const status = forbidden(call.kind, nameForErrors(object), '', causes);
  return refuse({ ...status, message: errors[0] as string, reason: 'Invalid' });
}

/** What one policy makes of an object through one binding: the same object where nothing changes. */
function mutated({ policy, binding }: BoundPolicy, request: AdmissionRequest): KubeObject {
  try {
    let { object } = request;
    for (const parameter of parametersOf(policy, binding, request))
      object = mutateBy(policy, { ...request, object }, parameter);
    return isEqual(object, request.object) ? request.object : object;
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Failure(`failed to configure binding: ${error.message}`);
    if (error instanceof MutationError) throw new Failure(error.message);
    throw error;
  }
}

function mutateBy(policy: KubeObject, request: AdmissionRequest, parameter: KubeObject | undefined): KubeObject {
  const compiled = compiledPolicy(policy);
  const conditions = conditionsOutcome(compiled, new Evaluation(compiled, request, parameter));
  if (conditions.error !== undefined) throw new Failure(conditions.error);
  if (conditions.value !== true) return request.object;
  const types = ((policy.spec.mutations ?? []) as readonly { readonly patchType: string }[]).map(
    ({ patchType }) => patchType,
  );
  let { object } = request;
  for (const [index, expression] of compiled.mutations.entries()) {
    const outcome = new Evaluation(compiled, { ...request, object }, parameter).outcome(expression);
    if (outcome.error !== undefined) throw new Failure(outcome.error);
    const change = types[index] === 'ApplyConfiguration' ? withConfiguration : withJsonPatch;
    object = change(request.call.kind, object, outcome.value);
  }
  return object;
}
