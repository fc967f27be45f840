import { type FieldError, forbidden, invalid } from '../validation/field.ts';
import { itemsOf, type JsonSchema, type ValidationRule, valuesOf } from './json-schema.ts';
import { type CompiledRule, rulesOf } from './rules.ts';

/** What one rule, and all rules of a schema together, may cost at most by estimate. */
const MOST_RULE_COST = 10_000_000;
const MOST_SCHEMA_COST = 100_000_000;

interface Place {
  readonly path: string;
  readonly isResource: boolean;
  /** How often values of this schema occur at most; `undefined` where no limit bounds it. */
  readonly occurrences: number | undefined;
  /** The outermost part whose old and new values can't be told to be the same. */
  readonly uncorrelatable?: string;
}

interface Total {
  cost: number;
  readonly errors: FieldError[];
}

/**
 * What is wrong with the expressions of a schema's rules; nothing is said of a schema that has other errors at or below
 * the rule. Source: `ValidateCustomResourceDefinitionOpenAPISchema`.
 */
export function ruleExpressionErrors(
  schema: JsonSchema,
  path: string,
  known: readonly FieldError[],
): readonly FieldError[] {
  const total: Total = { cost: 0, errors: [] };
  visit(schema, { path, isResource: true, occurrences: 1 }, known, total);
  if (total.cost > MOST_SCHEMA_COST) {
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    total.errors.push(forbidden(path, costText(what, total.cost, MOST_SCHEMA_COST)));
  }
  return total.errors;
}

function visit(schema: JsonSchema, place: Place, known: readonly FieldError[], total: Total): void {
  const { path, occurrences } = place;
  const most = schema.type === 'array' ? schema.maxItems : schema.maxProperties;
  const repeated = occurrences === undefined || most === undefined ? undefined : occurrences * most;
  const mapType = schema['x-kubernetes-map-type'];
  const isCorrelatable = mapType === undefined || mapType === 'granular' || mapType === 'atomic';
  const below = (child: JsonSchema, name: string, times: number | undefined, cut: boolean): void => {
    const uncorrelatable = place.uncorrelatable ?? (cut ? path : undefined);
    visit(
      child,
      {
        path: `${path}.${name}`,
        isResource: child['x-kubernetes-embedded-resource'] === true,
        occurrences: times,
        ...(uncorrelatable === undefined ? {} : { uncorrelatable }),
      },
      known,
      total,
    );
  };
  const values = valuesOf(schema);
  const items = itemsOf(schema);
  if (values !== undefined) below(values, 'additionalProperties', repeated, false);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    below(property, `properties[${name}]`, occurrences, !isCorrelatable);
  if (items !== undefined) below(items, 'items', repeated, schema['x-kubernetes-list-type'] !== 'map');
  if (known.some(({ field }) => field.startsWith(path))) return;
  for (const [index, rule] of rulesOf(schema, place.isResource).entries()) judge(rule, index, place, total);
}

function judge(compiled: CompiledRule, index: number, place: Place, total: Total): void {
  const at = `${place.path}.x-kubernetes-validations[${index}]`;
  const { source, usesOldSelf } = compiled;
  const times = place.occurrences ?? compiled.mostOccurrences;
  const observe = (cost: number, field: string, what: string): void => {
    total.cost += cost;
    if (cost > MOST_RULE_COST) total.errors.push(forbidden(field, costText(what, cost, MOST_RULE_COST)));
  };
  observe(compiled.cost * times, `${at}.rule`, 'estimated rule cost');
  if (compiled.ruleError !== undefined) total.errors.push(invalidRule(`${at}.rule`, source, compiled.ruleError));
  if (compiled.messageError !== undefined)
    total.errors.push(invalidRule(`${at}.messageExpression`, source, compiled.messageError));
  else observe(compiled.messageCost, `${at}.messageExpression`, 'estimated messageExpression cost');
  if (usesOldSelf && place.uncorrelatable !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`;
    total.errors.push(invalid(`${at}.rule`, source.rule, why));
  }
  if (!usesOldSelf && compiled.ruleError === undefined && source.optionalOldSelf !== undefined) {
    const why = 'may not be set if oldSelf is not used in rule';
    total.errors.push(invalid(`${at}.optionalOldSelf`, source.optionalOldSelf, why));
  }
}

/** The rule is shown as the server keeps it. */
function invalidRule(field: string, rule: ValidationRule, why: string): FieldError {
  const kept = {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${goJson(kept)}: ${why}` };
}

const HTML: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** Go's encoder keeps JSON fit for HTML. */
function goJson(value: object): string {
  return JSON.stringify(value).replace(/[<>&]/g, (letter) => HTML[letter] as string);
}

function costText(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
