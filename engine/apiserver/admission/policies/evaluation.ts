import type { KubeObject } from '../../../object.ts';
import { decide } from '../../authorization/access.ts';
import type { Attributes } from '../../authorization/attributes.ts';
import type { Call } from '../../call.ts';
import { type AuthorizationQuestion, authorizerValue } from '../../cel/authorizer.ts';
import type { Activation } from '../../cel/evaluator.ts';
import { valueOfJson } from '../../cel/json.ts';
import { parseTime } from '../../cel/time.ts';
import { EvaluationError, MapValue, type Value } from '../../cel/value.ts';
import { nameForErrors } from '../names.ts';
import type { AdmissionRequest } from '../plugin.ts';
import type { CompiledPolicy, PolicyExpression } from './compiled-policy.ts';

/** What one expression, and all of one policy, may cost (`k8s.io/apiserver/pkg/apis/cel/config.go`). */
const CALL_LIMIT = 1_000_000;
const BUDGET = 10_000_000;

/** What an expression came to: a value, or why there is none. */
export type Outcome = { readonly value: Value; readonly error?: undefined } | { readonly error: string };

/** Evaluates the expressions of a policy over one request and one parameter. */
export class Evaluation {
  private readonly activation: Activation;
  private readonly request: AdmissionRequest;
  private readonly parameter: KubeObject | undefined;
  private readonly values = new Map<string, Value>();
  private budget = BUDGET;

  constructor(policy: CompiledPolicy, request: AdmissionRequest, parameter: KubeObject | undefined) {
    this.request = request;
    this.parameter = parameter;
    const variables = new ComposedVariables(policy, (expression) => this.valueOf(expression));
    this.activation = (name) => (name === 'variables' ? variables : this.variable(name));
  }

  /** Errors are worded as `k8s.io/apiserver/pkg/admission/plugin/cel` words them. */
  outcome(expression: PolicyExpression): Outcome {
    try {
      return { value: this.valueOf(expression) };
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      if (this.budget < 0) return { error: OUT_OF_BUDGET };
      const { compiled, source } = expression;
      if (compiled.error !== undefined) return { error: `compilation error: compilation failed: ${compiled.error}` };
      return { error: `expression '${source}' resulted in error: ${error.message}` };
    }
  }

  private valueOf({ compiled }: PolicyExpression): Value {
    if (compiled.error !== undefined) throw new EvaluationError(compiled.error);
    const meter = { cost: 0, limit: CALL_LIMIT };
    try {
      const value = compiled.program(this.activation, meter);
      if (this.budget >= meter.cost) return value;
      throw new EvaluationError(OUT_OF_BUDGET);
    } finally {
      this.budget -= meter.cost;
    }
  }

  private variable(name: string): Value | undefined {
    let value = this.values.get(name);
    if (value === undefined) {
      value = variableValue(name, this.request, this.parameter);
      if (value !== undefined) this.values.set(name, value);
    }
    return value;
  }
}

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** `variables.a`: evaluated when it is first asked for, then remembered. */
class ComposedVariables extends MapValue {
  private readonly policy: CompiledPolicy;
  private readonly evaluate: (expression: PolicyExpression) => Value;
  private readonly values = new Map<string, Value>();

  constructor(policy: CompiledPolicy, evaluate: (expression: PolicyExpression) => Value) {
    super([], 'kubernetes.variables');
    this.policy = policy;
    this.evaluate = evaluate;
  }

  override has(key: Value): boolean {
    return this.policy.variables.has(String(key));
  }

  override get(key: Value): Value | undefined {
    const name = String(key);
    const expression = this.policy.variables.get(name);
    if (expression === undefined) return undefined;
    let value = this.values.get(name);
    if (value === undefined) {
      value = this.composed(name, expression);
      this.values.set(name, value);
    }
    return value;
  }

  private composed(name: string, expression: PolicyExpression): Value {
    try {
      return this.evaluate(expression);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      throw new EvaluationError(`composited variable "${name}" fails to evaluate: ${error.message}`);
    }
  }
}

function variableValue(name: string, request: AdmissionRequest, parameter: KubeObject | undefined): Value | undefined {
  const { call, operation, object, previous } = request;
  switch (name) {
    case 'object':
      return operation === 'DELETE' ? null : valueOfJson(object);
    case 'oldObject':
      return operation === 'DELETE' ? valueOfJson(object) : valueOfJson(previous);
    case 'params':
      return valueOfJson(parameter);
    case 'request':
      return valueOfJson(requestOf(request), 'kubernetes.AdmissionRequest');
    case 'namespaceObject':
      return namespaceValue(call);
    case 'authorizer':
      return authorizer(request);
    default:
      return undefined;
  }
}

/** `admission/v1 AdmissionRequest`, without the objects. */
function requestOf({ call, operation, object }: AdmissionRequest): object {
  const { kind, subresource, request, isDryRun } = call;
  const { group, version, plural } = kind;
  const gvk = { group, version, kind: kind.kind };
  const gvr = { group, version, resource: plural };
  const { name, uid, groups, extra = {} } = request.user;
  return {
    kind: gvk,
    resource: gvr,
    subResource: subresource,
    requestKind: gvk,
    requestResource: gvr,
    requestSubResource: subresource,
    name: object.metadata.name ?? '',
    namespace: call.namespace,
    operation,
    userInfo: { username: name, uid: uid ?? '', groups, extra },
    dryRun: isDryRun,
  };
}

/** The object's namespace; null for what has none, and for namespaces themselves. */
function namespaceValue({ turn, kind, namespace }: Call): Value {
  const object = kind.resource === 'namespaces' ? undefined : turn.store.get('namespaces', '', namespace);
  if (object === undefined) return null;
  const { uid, creationTimestamp, labels = {}, annotations = {}, finalizers = [], ...metadata } = object.metadata;
  const { managedFields: _, ownerReferences: __, ...shown } = metadata as Readonly<Record<string, unknown>>;
  const known = valueOfJson({ ...shown, UID: uid, labels, annotations, finalizers }) as MapValue;
  const timed = new MapValue([...known.pairs(), ['creationTimestamp', parseTime(creationTimestamp)]]);
  return new MapValue([
    ['metadata', timed],
    ['spec', valueOfJson(object.spec)],
    ['status', valueOfJson(object.status)],
  ]);
}

function authorizer({ call, object }: AdmissionRequest): Value {
  const { kind, namespace, subresource, request } = call;
  const about = { group: kind.group, resource: kind.plural, subresource, namespace, name: nameForErrors(object) };
  return authorizerValue((question) => {
    const { decision, reason } = decide(call.turn, attributesOf(question, request.user));
    return { isAllowed: decision === 'Allow', reason };
  }, about);
}

function attributesOf(question: AuthorizationQuestion, user: Call['request']['user']): Attributes {
  const { verb, path, group = '', resource = '', subresource = '', namespace = '', name = '' } = question;
  return {
    user: question.user ?? user,
    verb,
    apiGroup: group,
    resource,
    subresource,
    namespace,
    name,
    ...(path === undefined ? {} : { path }),
  };
}

/** Whether the match conditions let a policy look at a request; an error where one of them fails and none says no. */
export function conditionsOutcome(policy: CompiledPolicy, evaluation: Evaluation): Outcome {
  const errors: string[] = [];
  for (const condition of policy.conditions) {
    const outcome = evaluation.outcome(condition);
    if (outcome.error !== undefined) errors.push(outcome.error);
    else if (outcome.value === false) return { value: false };
  }
  if (errors.length === 0) return { value: true };
  return { error: errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]` };
}
