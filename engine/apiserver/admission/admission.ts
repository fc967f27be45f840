import type { KubeObject } from '../../object.ts';
import { obtain } from '../../obtain.ts';
import type { Call } from '../call.ts';
import type { Kind } from '../kinds/kind.ts';
import { alwaysDeny, alwaysPullImages, denyServiceExternalIPs } from './always.ts';
import { certificateApproval } from './certificate-approval.ts';
import { certificateSigning } from './certificate-signing.ts';
import { certificateSubjectRestriction } from './certificate-subject-restriction.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { extendedResourceToleration } from './extended-resource-toleration.ts';
import { admissionFlags } from './flags.ts';
import { limitRanger } from './limit-ranger.ts';
import { mutatingAdmissionPolicy } from './mutating-admission-policy.ts';
import { mutatingAdmissionWebhook } from './mutating-admission-webhook.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import type { AdmissionPlugin, AdmissionRequest, Operation } from './plugin.ts';
import { type AdmissionFlags, enabledPluginNames } from './plugin-names.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { podSecurity } from './podsecurity/pod-security.ts';
import { priority } from './priority.ts';
import { priorityClass } from './priority-class.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy.ts';
import { validatingAdmissionWebhook } from './validating-admission-webhook.ts';

/** In the order of kube-apiserver's `AllOrderedPlugins` (`pkg/kubeapiserver/options/plugins.go`). */
const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  alwaysPullImages,
  podSecurity,
  priority,
  priorityClass,
  defaultTolerationSeconds,
  extendedResourceToleration,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  denyServiceExternalIPs,
  podTopologyLabels,
  mutatingAdmissionPolicy,
  mutatingAdmissionWebhook,
  validatingAdmissionPolicy,
  validatingAdmissionWebhook,
  resourceQuota,
  alwaysDeny,
];

/** The plugins that have to do with one operation on one resource or subresource, by pass. */
interface Chain {
  readonly flags: AdmissionFlags;
  readonly kind: Kind;
  readonly operation: Operation;
  readonly subresource: string;
  readonly concerned: readonly AdmissionPlugin[];
  readonly mutating: readonly Mutation[];
  readonly validating: readonly Validation[];
}

/** The passes of plugins as they are run: plugins are of many shapes, these are of one. */
interface Mutation {
  readonly admit: NonNullable<AdmissionPlugin['admit']>;
  readonly causesReinvocation: boolean;
}
type Validation = NonNullable<AdmissionPlugin['validate']>;

/** Chains are the same for the same flags and kind: found once, kept as long as both live. */
const chains = new WeakMap<AdmissionFlags, WeakMap<Kind, Chain[]>>();
/** The chain asked for last: a write asks for its own two or three times, and many writes are like the one before. */
let latest: Chain | undefined;

/** Whether any plugin has to do with an operation on what a call is about. */
export function isAdmissionConcerned(call: Call, operation: Operation): boolean {
  return chainOf(call, operation).concerned.some((plugin) => plugin.isIdle?.(call) !== true);
}

function chainOf({ turn, kind, subresource }: Call, operation: Operation): Chain {
  const flags = admissionFlags(turn);
  const isLatest =
    latest !== undefined &&
    latest.kind === kind &&
    latest.operation === operation &&
    latest.subresource === subresource &&
    latest.flags === flags;
  if (!isLatest) latest = knownChain(flags, kind, operation, subresource);
  return latest as Chain;
}

function knownChain(flags: AdmissionFlags, kind: Kind, operation: Operation, subresource: string): Chain {
  const known = chainsOf(flags, kind);
  for (let at = 0; at < known.length; at++) {
    const chain = known[at] as Chain;
    if (chain.operation === operation && chain.subresource === subresource) return chain;
  }
  const chain = buildChain(flags, kind, operation, subresource);
  known.push(chain);
  return chain;
}

function chainsOf(flags: AdmissionFlags, kind: Kind): Chain[] {
  const byKind = obtain(chains, flags, () => new WeakMap<Kind, Chain[]>());
  return obtain(byKind, kind, (): Chain[] => []);
}

function buildChain(flags: AdmissionFlags, kind: Kind, operation: Operation, subresource: string): Chain {
  const { resource } = kind;
  const names = enabledPluginNames(flags);
  const concerned = PLUGINS.filter(
    ({ name, operations, resources, subresources = [''] }) =>
      names.includes(name) &&
      operations.includes(operation) &&
      (resources === undefined || resources.includes(resource)) &&
      (subresources.includes(subresource) || subresources.includes('*')),
  );
  return {
    flags,
    kind,
    operation,
    subresource,
    concerned,
    mutating: concerned.flatMap(({ admit: mutate, causesReinvocation = false }) =>
      mutate === undefined ? [] : [{ admit: mutate, causesReinvocation }],
    ),
    validating: concerned.flatMap(({ validate }) => validate ?? []),
  };
}

/** The mutating pass over a write, before it is validated; twice where a policy has changed the object. */
export function admit(request: AdmissionRequest): KubeObject {
  const { mutating } = chainOf(request.call, request.operation);
  const first = mutatedBy(mutating, request);
  return first.isChangedByPolicy
    ? mutatedBy(mutating, { ...request, object: first.object, isReinvocation: true }).object
    : first.object;
}

function mutatedBy(
  mutating: readonly Mutation[],
  request: AdmissionRequest,
): { readonly object: KubeObject; readonly isChangedByPolicy: boolean } {
  let { object } = request;
  let isChangedByPolicy = false;
  for (let at = 0; at < mutating.length; at++) {
    const { admit: mutate, causesReinvocation } = mutating[at] as Mutation;
    const next = mutate(object === request.object ? request : { ...request, object });
    if (causesReinvocation && next !== object) isChangedByPolicy = true;
    object = next;
  }
  return { object, isChangedByPolicy };
}

/** The validating pass over a write, after everything else has accepted it. */
export function validateAdmission(request: AdmissionRequest): void {
  const { validating } = chainOf(request.call, request.operation);
  for (let at = 0; at < validating.length; at++) (validating[at] as Validation)(request);
}
