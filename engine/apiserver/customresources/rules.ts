import { estimatedCost } from '../cel/cost-estimate.ts';
import { type Compiled, compileExpression } from '../cel/environment.ts';
import type { SizedType } from '../cel/sized-type.ts';
import { BOOL, isEqualType, optionalOf, STRING } from '../cel/type.ts';
import type { JsonSchema, ValidationRule } from './json-schema.ts';
import { MOST_REQUEST_BYTES, ruleType } from './rule-types.ts';
import { fieldPathTarget } from './schema-rules.ts';

type Program = Extract<Compiled, { readonly error?: undefined }>;

/** One of `x-kubernetes-validations`, compiled. Exactly one of `rule` and `ruleError`. */
export interface CompiledRule {
  readonly source: ValidationRule;
  readonly rule?: Program;
  readonly ruleError?: string;
  readonly message?: Program;
  readonly messageError?: string;
  /** It compares with the value before: a transition rule. */
  readonly usesOldSelf: boolean;
  readonly cost: number;
  readonly messageCost: number;
  /** How often the schema's values can occur in one request, where no limit says less. */
  readonly mostOccurrences: number;
  /** `spec.replicas`, where the rule points at a field. */
  readonly fieldPath: string;
}

const compiledRules = new WeakMap<JsonSchema, { root?: readonly CompiledRule[]; inner?: readonly CompiledRule[] }>();

/** The rules of one schema, without those of its parts. Compiled once: they follow from the schema alone. */
export function rulesOf(schema: JsonSchema, isResource: boolean): readonly CompiledRule[] {
  const rules = schema['x-kubernetes-validations'];
  if (rules === undefined || rules.length === 0) return [];
  const known = compiledRules.get(schema) ?? {};
  const name = isResource ? 'root' : 'inner';
  known[name] ??= compileRules(schema, rules, isResource);
  compiledRules.set(schema, known);
  return known[name];
}

function compileRules(
  schema: JsonSchema,
  rules: readonly ValidationRule[],
  isResource: boolean,
): readonly CompiledRule[] {
  const self = ruleType(schema, isResource);
  return self === undefined ? [] : rules.map((rule) => compileRule(schema, rule, self));
}

/** Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go`. */
function compileRule(schema: JsonSchema, source: ValidationRule, self: SizedType): CompiledRule {
  const oldSelf = source.optionalOldSelf === true ? optionalOf(self.type) : self.type;
  const variables = { self: self.type, oldSelf };
  const sizes = { self, oldSelf: self };
  const mostOccurrences = Math.floor(MOST_REQUEST_BYTES / (self.least + 1));
  const path = source.fieldPath === undefined ? undefined : fieldPathTarget(source.fieldPath, schema);
  const base = { source, usesOldSelf: false, cost: 0, messageCost: 0, mostOccurrences, fieldPath: path?.path ?? '' };
  if (source.rule.trim() === '') return base;
  const rule = compileExpression(source.rule, { variables });
  if (rule.error !== undefined) return { ...base, ruleError: `compilation failed: ${rule.error}` };
  const usesOldSelf = rule.checked.names.has('oldSelf');
  if (!isEqualType(rule.checked.type, BOOL)) return { ...base, ruleError: 'cel expression must evaluate to a bool' };
  const known = { ...base, rule, usesOldSelf, cost: estimatedCost(rule.checked, sizes) };
  if (source.messageExpression === undefined) return known;
  const message = compileExpression(source.messageExpression, { variables });
  if (message.error !== undefined)
    return { ...known, messageError: `messageExpression compilation failed: ${message.error}` };
  if (!isEqualType(message.checked.type, STRING))
    return { ...known, messageError: 'messageExpression must evaluate to a string' };
  return { ...known, message, messageCost: estimatedCost(message.checked, sizes) };
}
