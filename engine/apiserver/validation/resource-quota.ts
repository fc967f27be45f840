import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import { type ErrorList, invalid } from './field.ts';
import { qualifiedName } from './names.ts';

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const COUNTED = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const MEASURED = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);
const EXISTS_ONLY =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** Source: `ValidateResourceQuota` in `pkg/apis/core/validation`. */
export function validateResourceQuota({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const hard: Readonly<Record<string, string>> = spec?.hard ?? {};
  for (const name of Object.keys(hard).sort()) validateAmount(name, hard[name] as string, `spec.hard[${name}]`, errors);
  validateScopes(spec ?? {}, Object.keys(hard), errors);
  for (const { scopeName, operator, values } of spec?.scopeSelector?.matchExpressions ?? []) {
    validateScopeExpression(scopeName, operator, values, errors);
  }
  return errors;
}

function validateAmount(name: string, amount: string, path: string, errors: ErrorList): void {
  for (const text of qualifiedName(name)) errors.push(invalid(path, name, text));
  if (!name.includes('/') && !isStandard(name)) {
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
  if (amount.startsWith('-')) errors.push(invalid(path, amount, 'must be greater than or equal to 0'));
  const isCounted = COUNTED.has(name) || name.startsWith('count/');
  if (isCounted && (nanoValue(amount) ?? 0n) % 1_000_000_000n !== 0n) {
    errors.push(invalid(path, amount, 'must be an integer'));
  }
}

function validateScopes({ scopes }: Fields, names: readonly string[], errors: ErrorList): void {
  for (const scope of scopes ?? []) {
    if (!SCOPES.includes(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'));
    else if (scope === 'BestEffort' && names.some((name) => name !== 'pods')) {
      errors.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  for (const [one, other] of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ] as const) {
    if (scopes?.includes(one) && scopes.includes(other)) {
      errors.push(invalid('spec.scopes', scopes, 'conflicting scopes'));
    }
  }
}

function validateScopeExpression(
  scope: string,
  operator: string,
  values: readonly string[] | undefined,
  errors: ErrorList,
): void {
  const path = 'spec.scopeSelector.matchExpressions';
  const isValued = scope === 'PriorityClass' || scope === 'VolumeAttributesClass';
  if (!SCOPES.includes(scope)) errors.push(invalid(`${path}.scopeName`, scope, 'unsupported scope'));
  if (!isValued && operator !== 'Exists') errors.push(invalid(`${path}.operator`, operator, EXISTS_ONLY));
  if (isValued && (operator === 'In' || operator === 'NotIn') && (values?.length ?? 0) === 0) {
    const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push({ type: 'FieldValueRequired', field: `${path}.values`, message: `Required value: ${text}` });
  }
}

/** What a quota can limit by a short name. */
function isStandard(name: string): boolean {
  return COUNTED.has(name) || MEASURED.has(name) || /^(?:requests\.)?hugepages-/.test(name);
}
