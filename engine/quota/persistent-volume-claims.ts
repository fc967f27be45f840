import { matchesExpression } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import { wholeValue } from '../quantity.ts';
import type { QuotaEvaluator, Scope } from './evaluator.ts';
import { compareQuantities, type ResourceList } from './resource-list.ts';

const COUNT = 'count/persistentvolumeclaims';
const CLAIMS = 'persistentvolumeclaims';
const STORAGE = 'requests.storage';
/** `gold.storageclass.storage.k8s.io/requests.storage` counts what is asked of one class. */
const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

/** Source: `pkg/quota/v1/evaluator/core/persistent_volume_claims.go`. */
export const persistentVolumeClaimEvaluator: QuotaEvaluator = {
  resource: 'persistentvolumeclaims',

  handles({ operation, subresource, object, previous }) {
    if (subresource === '') return operation === 'CREATE' || operation === 'UPDATE';
    return subresource === 'status' && previous !== undefined && isReplenished(object, previous);
  },

  matchingResources: (asked) =>
    asked.filter(
      (name) =>
        [COUNT, CLAIMS, STORAGE].includes(name) ||
        [CLAIMS, STORAGE].some((resource) => name.endsWith(CLASS_SUFFIX + resource)),
    ),

  matchesScope: (scope, claim) => scope.scopeName === 'VolumeAttributesClass' && matchesAttributes(scope, claim),
  usage,
  isReplenishedBy: isReplenished,
};

function usage(claim: KubeObject): ResourceList {
  const className = storageClassOf(claim);
  const storage = storageOf(claim);
  const used: Record<string, string> = { [CLAIMS]: '1', [COUNT]: '1' };
  if (className !== '') used[className + CLASS_SUFFIX + CLAIMS] = '1';
  if (storage === undefined) return used;
  used[STORAGE] = storage;
  if (className !== '') used[className + CLASS_SUFFIX + STORAGE] = storage;
  return used;
}

function storageClassOf(claim: KubeObject): string {
  return claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec?.storageClassName ?? '';
}

/** What is asked for, or what is already allocated where that is more; whole bytes. */
function storageOf({ spec, status }: KubeObject): string | undefined {
  const asked: string | undefined = spec?.resources?.requests?.storage;
  const allocated: string | undefined = status?.allocatedResources?.storage;
  if (asked === undefined) return undefined;
  const amount = allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked;
  return amount.endsWith('m') ? String(wholeValue(amount)) : amount;
}

function isReplenished(claim: KubeObject, previous: KubeObject): boolean {
  const allocated: string | undefined = claim.status?.allocatedResources?.storage;
  const before: string | undefined = previous.status?.allocatedResources?.storage;
  return allocated !== before || attributesOf(claim).join() !== attributesOf(previous).join();
}

/** The volume attributes classes a claim names, has, or is changing to. */
function attributesOf({ spec, status }: KubeObject): readonly string[] {
  const names: readonly (string | undefined)[] = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))].sort() as string[];
}

function matchesAttributes({ operator, values }: Scope, claim: KubeObject): boolean {
  const names = attributesOf(claim);
  const expression = { key: 'VolumeAttributesClass', operator, ...(values === undefined ? {} : { values }) };
  if (names.length === 0) return matchesExpression(expression, undefined);
  return names.some((name) => matchesExpression(expression, name));
}
