import { isSelectorError, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import { failure } from '../failure.ts';

/** The `LabelSelector` of an object's spec. */
export interface SelectorSpec {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, string>> = { in: 'In', notin: 'NotIn', exists: 'Exists', '!': 'DoesNotExist' };

/**
 * Text of a selector as the field of an object: `app=web,tier in (a,b)`. Source: `ParseToLabelSelector` in
 * `k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go`.
 */
export function selectorSpec(text: string): SelectorSpec {
  const parsed = parseLabelSelector(text);
  if (isSelectorError(parsed))
    throw failure(`couldn't parse the selector string ${JSON.stringify(text)}: ${parsed.error}`);
  const matchLabels: Record<string, string> = {};
  const matchExpressions: { key: string; operator: string; values?: readonly string[] }[] = [];
  for (const { key, operator, values } of parsed) {
    if (operator === '=') matchLabels[key] = values[0] ?? '';
    else if (operator in OPERATORS) {
      const listed = values.length > 0 ? { values: [...values].sort() } : {};
      matchExpressions.push({ key, operator: OPERATORS[operator] as string, ...listed });
    } else if (operator === '!=') throw failure('"!=" is not a valid label selector operator');
    else throw failure(`${JSON.stringify(operator)} isn't supported in label selectors`);
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}
