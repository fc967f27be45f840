import { labelValue } from '../validation/names.ts';
import type { Fields } from './fields.ts';

/** Labels of nodes that have other names by now. Source: `pkg/api/node/util.go`. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** What the server says of a node label, if it is on its way out. */
export function labelDeprecation(key: string): string | undefined {
  return DEPRECATED[key];
}

/** Warnings about a node selector term; a preference may name values that no label can have, and is told so. */
export function collectTermWarnings(term: Fields, isPreference: boolean, path: string, warnings: string[]): void {
  ((term.matchExpressions ?? []) as readonly Fields[]).forEach(({ key, values = [] }, index) => {
    const place = `${path}.matchExpressions[${index}]`;
    const deprecation = labelDeprecation(key);
    if (deprecation !== undefined) warnings.push(`${place}.key: ${key} is ${deprecation}`);
    if (!isPreference) return;
    (values as readonly string[]).forEach((value, at) => {
      for (const text of labelValue(value)) warnings.push(`${place}.values[${at}]: ${value} is invalid, ${text}`);
    });
  });
}
