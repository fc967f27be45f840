import type { Activation } from '../cel/evaluator.ts';
import { EvaluationError, OptionalValue, type Value } from '../cel/value.ts';
import { type FieldError, goValue, invalid } from '../validation/field.ts';
import { type Correlation, correlatedField, correlatedItem, isUnchanged } from './correlation.ts';
import { isAnywhere, itemsOf, type JsonSchema, type ValidationRule, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';
import { ruleValue } from './rule-values.ts';
import { type CompiledRule, rulesOf } from './rules.ts';

/** What one expression, and all expressions of one validation, may cost (`k8s.io/apiserver/pkg/apis/cel/config.go`). */
export const CALL_LIMIT = 1_000_000;
const BUDGET = 10_000_000;
const LONGEST_MESSAGE = 5 * 1024;

/** What the rules said, and what cost is left to them. */
interface State {
  readonly errors: FieldError[];
  readonly warnings: string[];
  budget: number;
}

interface Subject {
  readonly schema: JsonSchema;
  readonly path: string;
  readonly isResource: boolean;
  readonly old: unknown;
  /** This part before the update, or the nearest one above that can be found there. */
  readonly correlation: Correlation | undefined;
  readonly nearest: Correlation | undefined;
}

export function hasRules(schema: JsonSchema | undefined): boolean {
  return isAnywhere(schema, (part) => (part['x-kubernetes-validations']?.length ?? 0) > 0);
}

/**
 * Evaluates `x-kubernetes-validations` over an object. What a rule refuses that an update did not touch is only warned of.
 * Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go`.
 */
export function evaluateRules(
  schema: JsonSchema,
  value: unknown,
  old: unknown,
): { readonly errors: readonly FieldError[]; readonly warnings: readonly string[] } {
  const state: State = { errors: [], warnings: [], budget: BUDGET };
  const correlation = old === undefined ? undefined : { value, old, schema };
  visit(value, { schema, path: '', isResource: true, old, correlation, nearest: undefined }, state);
  return state;
}

function visit(value: unknown, subject: Subject, state: State): void {
  if (value === null || value === undefined || state.budget < 0) return;
  judge(value, subject, state);
  if (Array.isArray(value)) visitItems(value, subject, state);
  else if (isFields(value)) visitFields(value, subject, state);
}

function visitItems(list: readonly unknown[], subject: Subject, state: State): void {
  const items = itemsOf(subject.schema);
  if (items === undefined) return;
  for (const [index, item] of list.entries()) {
    const before = correlatedItem({ value: list, old: subject.old, schema: subject.schema }, index);
    const correlation = correlatedItem(subject.correlation, index);
    visit(item, below(subject, items, `${subject.path}[${index}]`, before?.old, correlation), state);
  }
}

function visitFields(value: Readonly<Record<string, unknown>>, subject: Subject, state: State): void {
  const { schema, path } = subject;
  const values = valuesOf(schema);
  for (const key of Object.keys(value).sort()) {
    const property = schema.properties?.[key];
    const child = property ?? values;
    if (child === undefined) continue;
    const at = property === undefined ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const isTypeMeta = path === '' && (key === 'apiVersion' || key === 'kind');
    const correlation = isTypeMeta ? undefined : correlatedField(subject.correlation, key);
    const old = isFields(subject.old) ? subject.old[key] : undefined;
    visit(value[key], below(subject, child, at, old, correlation), state);
  }
}

function below(
  { correlation, nearest }: Subject,
  schema: JsonSchema,
  path: string,
  old: unknown,
  own: Correlation | undefined,
): Subject {
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  return { schema, path, isResource, old, correlation: own, nearest: correlation ?? nearest };
}

/** Whether what a rule refuses has been there before the update. */
function isForgiven({ correlation, nearest }: Subject): boolean {
  const known = correlation ?? nearest;
  return known !== undefined && isUnchanged(known);
}

function judge(value: unknown, subject: Subject, state: State): void {
  const { schema, isResource, old } = subject;
  const rules = rulesOf(schema, isResource);
  if (rules.length === 0) return;
  const self = ruleValue(value, schema, isResource);
  const hasOld = old !== undefined && old !== null;
  const oldSelf = hasOld ? ruleValue(old, schema, isResource) : undefined;
  for (const rule of rules) {
    const isOptional = rule.source.optionalOldSelf === true;
    if (rule.rule === undefined || (rule.usesOldSelf && !hasOld && !isOptional)) continue;
    const variables: Readonly<Record<string, Value | undefined>> = {
      self,
      oldSelf: isOptional ? new OptionalValue(oldSelf) : oldSelf,
    };
    judgeRule(rule, (name) => variables[name], value, subject, state);
    if (state.budget < 0) return;
  }
}

function judgeRule(
  compiled: CompiledRule,
  activation: Activation,
  value: unknown,
  subject: Subject,
  state: State,
): void {
  const { rule, source } = compiled;
  const type = subject.schema.type ?? '';
  const at = subject.path === '' ? '<nil>' : subject.path;
  if (rule === undefined) return;
  const meter = { cost: 0, limit: CALL_LIMIT };
  try {
    const result = rule.program(activation, meter);
    if (!spend(meter.cost, at, type, state) || result === true) return;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (spend(meter.cost, at, type, state)) state.errors.push(invalid(at, type, failureText(error, source)));
    if (error.message.startsWith('operation cancelled')) state.budget = -1;
    return;
  }
  const detail = messageOf(compiled, activation, state) ?? messageOrRule(source);
  const path = [subject.path, compiled.fieldPath].filter((part) => part !== '').join('.');
  const error = refusal(path === '' ? '<nil>' : path, shownValue(value, type), detail, source.reason);
  if (!compiled.usesOldSelf && isForgiven(subject)) state.warnings.push(`${error.field}: ${error.message}`);
  else state.errors.push(error);
}

function spend(cost: number, at: string, type: string, state: State): boolean {
  state.budget -= cost;
  if (state.budget >= 0) return true;
  const why = 'validation failed due to running out of cost budget, no further validation rules will be run';
  state.errors.push(invalid(at, type, why));
  return false;
}

function failureText({ message }: EvaluationError, source: ValidationRule): string {
  const rule = ruleText(source);
  if (message.startsWith('no such overload')) {
    const what = 'call arguments did not match a supported operator, function or macro signature for rule';
    return `'${message}': ${what}: ${rule}`;
  }
  if (message.startsWith('operation cancelled'))
    return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule}`;
  return `${message} evaluating rule: ${rule}`;
}

function ruleText({ message = '', rule }: ValidationRule): string {
  return (message === '' ? rule : message).trim();
}

function messageOrRule(source: ValidationRule): string {
  return source.message === undefined || source.message === '' ? `failed rule: ${ruleText(source)}` : ruleText(source);
}

/** The text of a rule's `messageExpression`, where it comes to a usable one. */
function messageOf({ message }: CompiledRule, activation: Activation, state: State): string | undefined {
  if (message === undefined) return undefined;
  const meter = { cost: 0, limit: CALL_LIMIT };
  try {
    const value = message.program(activation, meter);
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' || text.includes('\n') || text.length > LONGEST_MESSAGE ? undefined : text;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  } finally {
    state.budget -= meter.cost;
  }
}

/** Objects and lists are not shown. */
function shownValue(value: unknown, type: string): string | undefined {
  return type === 'object' || type === 'array' ? undefined : goValue(value);
}

function refusal(
  field: string,
  shown: string | undefined,
  detail: string,
  reason: ValidationRule['reason'],
): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return { type: reason, field, message: `Forbidden: ${detail}` };
    case 'FieldValueRequired':
      return { type: reason, field, message: `Required value: ${detail}` };
    case 'FieldValueDuplicate':
      return { type: reason, field, message: shown === undefined ? 'Duplicate value' : `Duplicate value: ${shown}` };
    default:
      return {
        type: 'FieldValueInvalid',
        field,
        message: `Invalid value: ${shown === undefined ? '' : `${shown}: `}${detail}`,
      };
  }
}
