import type { KubeObject } from '../../object.ts';
import { isCounted, type QuotaEvaluator, type QuotaWrite } from '../../quota/evaluator.ts';
import { evaluatorOf } from '../../quota/evaluators.ts';
import {
  addResources,
  compareQuantities,
  formatResources,
  maskResources,
  type ResourceList,
  subtractResources,
  withoutZeros,
} from '../../quota/resource-list.ts';
import { type Call, refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import { KINDS } from '../kinds/kinds.ts';
import { saveObject } from '../storage.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';

/** What a write adds to one quota. */
interface Charge {
  readonly quota: KubeObject;
  readonly delta: ResourceList;
}

/**
 * Lets a write pass only if every quota of its namespace that counts it has room, and books it there at once: usage in
 * the status of a quota goes up here and comes down by the quota controller.
 * Source: `k8s.io/apiserver/pkg/admission/plugin/resourcequota`.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  subresources: ['', 'resize', 'status'],
  operations: ['CREATE', 'UPDATE'],

  validate(request) {
    const { call } = request;
    if (call.namespace === '' || call.kind.resource === 'namespaces') return;
    const quotas = call.turn.store.at('resourcequotas').list(call.namespace);
    if (quotas.length > 0) charge(request, quotas);
  },
};

function charge({ call, operation, object, previous }: AdmissionRequest, quotas: readonly KubeObject[]): void {
  const evaluator = evaluatorOf(call.kind.resource);
  const write = { operation, subresource: call.subresource, object, ...(previous === undefined ? {} : { previous }) };
  if (evaluator?.handles(write) !== true) return;
  const booked = chargesOf(call, evaluator, write, quotas).map((each) => bookedUsage(call, write, each));
  for (const [quota, used] of booked) saveUsage(call, quota, used);
}

/** The quotas that count the object, each with what the write adds to it. Refuses what a quota can't count. */
function chargesOf(
  call: Call,
  evaluator: QuotaEvaluator,
  write: QuotaWrite,
  quotas: readonly KubeObject[],
): readonly Charge[] {
  const concerned = quotas.filter((quota) => isCounted(evaluator, quota, hardOf(quota), write.object));
  for (const quota of concerned) requireCountable(call, evaluator, quota, write.object);
  if (concerned.length === 0) return [];
  const usage = evaluator.usage(write.object, call.turn.now);
  requirePositive(call, write.object, usage);
  const previous = write.operation === 'UPDATE' ? write.previous : undefined;
  const before = previous === undefined ? {} : evaluator.usage(previous, call.turn.now);
  return concerned
    .map((quota) => {
      const wasCounted = previous !== undefined && isCounted(evaluator, quota, hardOf(quota), previous);
      return { quota, delta: withoutZeros(wasCounted ? onlyMore(usage, before) : usage) };
    })
    .filter(({ delta }) => Object.keys(delta).length > 0);
}

function hardOf(quota: KubeObject): ResourceList {
  return quota.status?.hard ?? {};
}

function usedOf(quota: KubeObject): ResourceList {
  return quota.status?.used ?? {};
}

function requireCountable(call: Call, evaluator: QuotaEvaluator, quota: KubeObject, object: KubeObject): void {
  const { name } = quota.metadata;
  const restricted = evaluator.matchingResources(Object.keys(hardOf(quota)));
  const fault = evaluator.fault?.(restricted, object);
  if (fault !== undefined) refuse(forbidden(call.kind, nameForErrors(object), `failed quota: ${name}: ${fault}`));
  if (restricted.every((resource) => usedOf(quota)[resource] !== undefined)) return;
  const why = `status unknown for quota: ${name}, resources: ${[...restricted].sort().join(',')}`;
  refuse(forbidden(call.kind, nameForErrors(object), why));
}

function requirePositive(call: Call, object: KubeObject, usage: ResourceList): void {
  const negative = Object.keys(usage).filter((name) => compareQuantities(usage[name] as string, '0') < 0);
  if (negative.length === 0) return;
  const why = `quota usage is negative for resource(s): ${negative.sort().join(',')}`;
  refuse(forbidden(call.kind, nameForErrors(object), why));
}

/** What one usage is above another; what became less is freed by the controller, not here. */
function onlyMore(usage: ResourceList, before: ResourceList): ResourceList {
  const difference = subtractResources(usage, before);
  return Object.fromEntries(Object.entries(difference).filter(([, amount]) => compareQuantities(amount, '0') > 0));
}

/** The usage of a quota with the write booked. Refuses what exceeds it; a change of status is past refusing. */
function bookedUsage(call: Call, write: QuotaWrite, { quota, delta }: Charge): readonly [KubeObject, ResourceList] {
  const hard = hardOf(quota);
  const requested = maskResources(delta, Object.keys(hard));
  const used = addResources(usedOf(quota), requested);
  const exceeded = Object.keys(requested).filter(
    (name) => compareQuantities(used[name] as string, hard[name] as string) > 0,
  );
  if (exceeded.length > 0 && write.subresource !== 'status') {
    const [asked, present, limit] = [requested, usedOf(quota), hard].map((list) =>
      formatResources(maskResources(list, exceeded)),
    );
    const why = `exceeded quota: ${quota.metadata.name}, requested: ${asked}, used: ${present}, limited: ${limit}`;
    refuse(forbidden(call.kind, nameForErrors(write.object), why));
  }
  return [quota, used];
}

const QUOTAS = KINDS.find(({ resource }) => resource === 'resourcequotas');

/** The server writes a quota's usage itself, within the request. */
function saveUsage(call: Call, quota: KubeObject, used: ResourceList): void {
  if (QUOTAS === undefined || used === usedOf(quota)) return;
  saveObject({ ...call, kind: QUOTAS }, { ...quota, status: { ...quota.status, used } }, quota);
}
