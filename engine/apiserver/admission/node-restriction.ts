import type { KubeObject } from '../../object.ts';
import { nodeOf } from '../authentication/names.ts';
import { type Call, refuse } from '../call.ts';
import { isEqual } from '../equality.ts';
import { forbidden, notFound } from '../errors.ts';
import { nameForErrors } from './names.ts';
import { forbiddenLabels } from './node-labels.ts';
import { mirrorPodFault } from './node-mirror-pods.ts';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';

const LEASE_NAMESPACE = 'kube-node-lease';
const PODS = { group: '', plural: 'pods', kind: 'Pod' };

/** What a claim's status may say anew when a kubelet writes it. */
const CLAIM_FIELDS = ['capacity', 'conditions', 'allocatedResourceStatuses', 'allocatedResources'];

/** What is wrong with a node's write, by resource; nothing for resources that the authoriser alone decides about. */
const RULES: Readonly<Record<string, (node: string, request: AdmissionRequest) => string | undefined>> = {
  pods: podFault,
  nodes: nodeFault,
  persistentvolumeclaims: claimFault,
  serviceaccounts: tokenFault,
  'leases.coordination.k8s.io': leaseFault,
  'csinodes.storage.k8s.io': csiNodeFault,
};

/** Keeps a kubelet to its own node and to the pods that run there. Source: `plugin/pkg/admission/noderestriction`. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  resources: Object.keys(RULES),
  subresources: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  admit(request) {
    const { call, object } = request;
    const node = nodeOf(call.request.user);
    if (node === undefined) return object;
    const why =
      node === ''
        ? `could not determine node from user "${call.request.user.name}"`
        : RULES[call.kind.resource]?.(node, request);
    if (why !== undefined) refuse(forbidden(call.kind, call.name || nameForErrors(object), why));
    return object;
  },
};

function podFault(node: string, request: AdmissionRequest): string | undefined {
  const { call, operation, object, previous } = request;
  switch (call.subresource) {
    case '':
      if (operation === 'CREATE') return mirrorPodFault(node, call.turn.store, object);
      if (operation === 'UPDATE')
        return `unexpected operation "UPDATE", node "${node}" can only create and delete mirror pods`;
      return object.spec?.nodeName === node
        ? undefined
        : `node "${node}" can only delete pods with spec.nodeName set to itself`;
    case 'status':
      return previous === undefined ? undefined : podStatusFault(node, object, previous);
    case 'eviction':
      return findPod(call, call.name).spec?.nodeName === node
        ? undefined
        : `node ${node} can only evict pods with spec.nodeName set to itself`;
    default:
      return `unexpected pod subresource "${call.subresource}", only 'status' and 'eviction' are allowed`;
  }
}

function podStatusFault(node: string, pod: KubeObject, previous: KubeObject): string | undefined {
  if (previous.spec?.nodeName !== node)
    return `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
  if (!isEqual(pod.metadata.labels ?? {}, previous.metadata.labels ?? {}))
    return `node "${node}" cannot update labels through pod status`;
  if (!isEqual(pod.status?.resourceClaimStatuses ?? [], previous.status?.resourceClaimStatuses ?? []))
    return `node "${node}" cannot update resource claim statues`;
  return undefined;
}

function findPod(call: Call, name: string): KubeObject {
  return call.turn.store.get('pods', call.namespace, name) ?? refuse(notFound(PODS, name));
}

function nodeFault(node: string, { operation, object, previous }: AdmissionRequest): string | undefined {
  const { name, labels = {} } = object.metadata;
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  if (operation === 'CREATE') {
    const forbiddenOnes = forbiddenLabels(labels, {});
    if (forbiddenOnes.length > 0)
      return `node "${node}" is not allowed to set the following labels: ${forbiddenOnes.join(', ')}`;
  }
  if (operation !== 'UPDATE' || previous === undefined || previous.metadata === object.metadata) return undefined;
  if (!isEqual(object.spec?.taints ?? [], previous.spec?.taints ?? []))
    return `node "${node}" is not allowed to modify taints`;
  const changed = forbiddenLabels(labels, previous.metadata.labels ?? {});
  return changed.length === 0 ? undefined : `is not allowed to modify labels: ${changed.join(', ')}`;
}

function claimFault(node: string, { call, operation, object, previous }: AdmissionRequest): string | undefined {
  if (call.subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE' || previous === undefined) return `unexpected operation "${operation}"`;
  if (isEqual(withoutSize(object), withoutSize(previous))) return undefined;
  return `node "${node}" is not allowed to update fields other than status.capacity and status.conditions`;
}

function withoutSize(claim: KubeObject): object {
  const { resourceVersion: _, ...rest } = claim.metadata;
  const { managedFields: __, ...metadata } = rest as typeof rest & { readonly managedFields?: unknown };
  const status = Object.fromEntries(
    Object.entries(claim.status ?? {}).filter(([field]) => !CLAIM_FIELDS.includes(field)),
  );
  return { metadata, spec: claim.spec, status };
}

interface BoundObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

/** A node asks for tokens of pods that run on it, and for no others. */
function tokenFault(node: string, { call, operation, object }: AdmissionRequest): string | undefined {
  if (operation !== 'CREATE' || call.subresource !== 'token') return undefined;
  const bound: BoundObject | undefined = object.spec?.boundObjectRef;
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name)
    return 'node requested token not bound to a pod';
  if (!bound.uid) return 'node requested token with a pod binding without a uid';
  const pod = findPod(call, bound.name);
  if (bound.uid !== pod.metadata.uid)
    return `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  return pod.spec?.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node';
}

function leaseFault(node: string, { call, object }: AdmissionRequest): string | undefined {
  if (call.namespace !== LEASE_NAMESPACE) return `can only access leases in the "${LEASE_NAMESPACE}" system namespace`;
  return object.metadata.name === node
    ? undefined
    : 'can only access node lease with the same name as the requesting node';
}

function csiNodeFault(node: string, { object }: AdmissionRequest): string | undefined {
  return object.metadata.name === node
    ? undefined
    : 'can only access CSINode with the same name as the requesting node';
}
