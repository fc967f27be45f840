type Labels = Readonly<Record<string, string>>;

/** One entry of `matchExpressions`, also of a node selector term (which adds `Gt` and `Lt`). */
export interface SelectorExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** `meta/v1 LabelSelector`, as specs carry it. */
export interface LabelSelectorSpec {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly SelectorExpression[];
}

const NO_LABELS: Labels = {};

/** Whether one expression holds for a value (undefined: the key is missing). */
export function matchesExpression(expression: SelectorExpression, value: string | undefined): boolean {
  switch (expression.operator) {
    case 'In':
      return value !== undefined && (expression.values?.includes(value) ?? false);
    case 'NotIn':
      return value === undefined || !(expression.values?.includes(value) ?? false);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      const bound = expression.values?.[0];
      if (value === undefined || bound === undefined || !isInteger(value) || !isInteger(bound)) return false;
      return expression.operator === 'Gt' ? Number(value) > Number(bound) : Number(value) < Number(bound);
    }
    default:
      return false;
  }
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

/** Whether labels have every key with exactly the value of `wanted`: a Service's selector, a nodeSelector. */
export function matchesSet(wanted: Labels, labels: Labels | undefined): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/**
 * Whether a LabelSelector selects labels. An empty selector selects everything, a missing one nothing
 * (`LabelSelectorAsSelector` in `k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go`).
 */
export function matchesLabelSelector(selector: LabelSelectorSpec | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false;
  if (selector.matchLabels && !matchesSet(selector.matchLabels, labels)) return false;
  const present = labels ?? NO_LABELS;
  return (
    selector.matchExpressions?.every((expression) => matchesExpression(expression, present[expression.key])) ?? true
  );
}

/** Whether a LabelSelector has no requirement at all. */
export function isEmptySelector(selector: LabelSelectorSpec): boolean {
  for (const _ in selector.matchLabels) return false;
  return (selector.matchExpressions?.length ?? 0) === 0;
}
