import { parse, YAMLParseError } from 'yaml';

/** One thing that the webhook of ours looks for in an object. */
interface Condition {
  /** A JSON pointer; `*` in the place of a key stands for every entry of a list or map, as in `/spec/volumes/*`. */
  readonly path: string;
  readonly equals?: unknown;
  /** A regular expression. */
  readonly matches?: string;
  readonly exists?: boolean;
}

/** What the webhook does about requests that meet all conditions. */
interface Rule {
  /** The path at which it is asked; any when absent. */
  readonly path?: string;
  readonly kinds?: readonly string[];
  readonly operations?: readonly string[];
  readonly when?: readonly Condition[];
  readonly deny?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly warn?: string;
  /** So many seconds pass before the answer: whoever says that it waits no longer than that gets none. */
  readonly takes?: number;
  /** A JSON patch. */
  readonly patch?: readonly object[];
}

interface ReviewRequest {
  readonly uid?: string;
  readonly kind?: { readonly kind?: string };
  readonly operation?: string;
  readonly object?: unknown;
  readonly oldObject?: unknown;
}

/** What is said in an AdmissionReview, its patch not yet encoded. */
export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly status?: { readonly message: string; readonly code?: number; readonly reason?: string };
  readonly warnings: readonly string[];
  readonly patch: readonly object[];
  /** Seconds. */
  readonly takes: number;
}

/** The rules of a text in YAML or JSON, or why it holds none. */
export function parseRules(text: string): readonly Rule[] | string {
  try {
    const rules: unknown = parse(text);
    return Array.isArray(rules) ? (rules as readonly Rule[]) : 'rules must be a list';
  } catch (error) {
    if (error instanceof YAMLParseError) return error.message;
    throw error;
  }
}

/** All rules that meet a request: the first refusal counts, warnings and patches add up. */
export function answerByRules(rules: readonly Rule[], path: string, request: ReviewRequest): ReviewAnswer {
  const met = rules.filter((rule) => isMet(rule, path, request));
  const denial = met.find(({ deny }) => deny !== undefined);
  const warnings = met.flatMap(({ warn }) => (warn === undefined ? [] : [warn]));
  const takes = met.reduce((sum, rule) => sum + (rule.takes ?? 0), 0);
  if (denial === undefined) return { allowed: true, warnings, patch: met.flatMap(({ patch = [] }) => patch), takes };
  const { deny = '', code, reason } = denial;
  const more = { ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) };
  return { allowed: false, status: { message: deny, ...more }, warnings, patch: [], takes };
}

function isMet({ path, kinds, operations, when = [] }: Rule, asked: string, request: ReviewRequest): boolean {
  if (path !== undefined && path !== asked) return false;
  if (kinds !== undefined && !kinds.includes(request.kind?.kind ?? '')) return false;
  if (operations !== undefined && !operations.includes(request.operation ?? '')) return false;
  const object = request.object ?? request.oldObject;
  return when.every((condition) => isTrue(condition, valuesAt(object, condition.path.split('/').slice(1))));
}

/** True of any of the values; `exists: false` of none being there. */
function isTrue({ equals, matches, exists }: Condition, values: readonly unknown[]): boolean {
  if (exists !== undefined) return values.length > 0 === exists;
  if (matches !== undefined) return values.some((value) => new RegExp(matches).test(String(value)));
  return values.some((value) => JSON.stringify(value) === JSON.stringify(equals));
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (step === undefined) return value === undefined || value === null ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value).flatMap((item) => valuesAt(item, rest));
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
  return valuesAt((value as Readonly<Record<string, unknown>>)[key], rest);
}
