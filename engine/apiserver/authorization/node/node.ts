import type { KubeObject } from '../../../object.ts';
import { nodeOf } from '../../authentication/names.ts';
import { quote } from '../../validation/field.ts';
import type { Attributes } from '../attributes.ts';
import { ALLOWED, type Authorizer, type Decision, NO_OPINION, noOpinion } from '../authorizer.ts';
import { NODE_RULES } from '../bootstrappolicy/node-rules.ts';
import type { PolicyReader } from '../rbac/binding.ts';
import { ruleAllows } from '../rbac/rule.ts';
import { claimsOf, configMapsOf, type PodReferences, resourceClaimsOf, secretsOf } from './references.ts';

const NODE_LEASES = 'kube-node-lease';
const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

type Judge = (reader: PolicyReader, node: string, attributes: Attributes) => Decision;

/** Resources of which a node may only have what it needs; all others follow fixed rules. */
const SUBDIVIDED: Readonly<Record<string, Judge>> = {
  secrets: (reader, node, attributes) => readRelated(reader, node, attributes, hasSecret),
  configmaps: (reader, node, attributes) => readRelated(reader, node, attributes, isInPods(configMapsOf)),
  persistentvolumeclaims: judgeClaim,
  persistentvolumes: (reader, node, attributes) => getRelated(reader, node, attributes, hasVolume),
  'resourceclaims.resource.k8s.io': (reader, node, attributes) =>
    getRelated(reader, node, attributes, isInPods(resourceClaimsOf)),
  'volumeattachments.storage.k8s.io': (reader, node, attributes) =>
    getRelated(reader, node, attributes, isAttachedHere),
  serviceaccounts: judgeServiceAccount,
  'leases.coordination.k8s.io': judgeLease,
  'csinodes.storage.k8s.io': judgeCsiNode,
  nodes: judgeNode,
  pods: judgePod,
};

/**
 * A kubelet may read what its pods need, write what it is responsible for, and nothing else.
 * Source: `plugin/pkg/auth/authorizer/node/node_authorizer.go`.
 */
export const nodeAuthorizer: Authorizer = {
  mode: 'Node',
  authorize({ reader }, attributes) {
    const node = nodeOf(attributes.user);
    if (node === undefined) return NO_OPINION;
    if (node === '') return noOpinion(`unknown node for user ${quote(attributes.user.name)}`);
    const judge = attributes.path === undefined ? SUBDIVIDED[groupResourceOf(attributes)] : undefined;
    return judge === undefined ? byFixedRules(attributes) : judge(reader, node, attributes);
  },
  allowsEverywhere(_facts, attributes) {
    if (!nodeOf(attributes.user)) return false;
    const { resource, subresource, verb } = attributes;
    if (resource === 'pods') return verb !== 'get' && subresource !== '' && isAllowed(byFixedRules(attributes));
    return SUBDIVIDED[groupResourceOf(attributes)] === undefined && isAllowed(byFixedRules(attributes));
  },
  rulesFor(_facts, user) {
    const isNode = nodeOf(user) !== undefined;
    const errors = isNode ? ['node authorizer does not support user rule resolution'] : [];
    return { rules: [], errors, isIncomplete: isNode };
  },
};

function groupResourceOf({ apiGroup, resource }: Attributes): string {
  return apiGroup === '' ? resource : `${resource}.${apiGroup}`;
}

function isAllowed({ decision }: Decision): boolean {
  return decision === 'Allow';
}

function byFixedRules(attributes: Attributes): Decision {
  return NODE_RULES.some((rule) => ruleAllows(rule, attributes)) ? ALLOWED : NO_OPINION;
}

/** Whether something of a node leads to the object of a request. */
type Relation = (reader: PolicyReader, node: string, attributes: Attributes) => boolean;

function related(reader: PolicyReader, node: string, attributes: Attributes, relation: Relation): Decision {
  if (attributes.name === '') return noOpinion('No Object name found');
  if (relation(reader, node, attributes)) return ALLOWED;
  return noOpinion(`no relationship found between node '${node}' and this object`);
}

function getRelated(reader: PolicyReader, node: string, attributes: Attributes, relation: Relation): Decision {
  if (attributes.verb !== 'get') return noOpinion('can only get individual resources of this type');
  if (attributes.subresource !== '') return noOpinion('cannot get subresource');
  return related(reader, node, attributes, relation);
}

function readRelated(reader: PolicyReader, node: string, attributes: Attributes, relation: Relation): Decision {
  if (!['get', 'list', 'watch'].includes(attributes.verb)) return noOpinion('can only read resources of this type');
  if (attributes.subresource !== '') return noOpinion('cannot read subresource');
  if (attributes.namespace === '') return noOpinion('can only read namespaced object of this type');
  return related(reader, node, attributes, relation);
}

function podsOf(reader: PolicyReader, node: string): readonly KubeObject[] {
  return reader('pods').by('nodeName', node);
}

function hasPod(reader: PolicyReader, node: string, matches: (pod: KubeObject) => boolean): boolean {
  return reader('pods').has('nodeName', node, matches);
}

function isInPods(referencesOf: PodReferences): Relation {
  return (reader, node, { namespace, name }) =>
    hasPod(reader, node, (pod) => pod.metadata.namespace === namespace && referencesOf(pod).includes(name));
}

/** Secrets that pods name, and those that their volumes log in with. */
function hasSecret(reader: PolicyReader, node: string, attributes: Attributes): boolean {
  if (isInPods(secretsOf)(reader, node, attributes)) return true;
  const { namespace, name } = attributes;
  return volumesOf(reader, node).some((volume) =>
    volumeSecrets(volume).some((reference) => reference.namespace === namespace && reference.name === name),
  );
}

function volumeSecrets(volume: KubeObject): readonly { readonly name: string; readonly namespace?: string }[] {
  const { csi, claimRef, ...spec } = volume.spec;
  const home = claimRef?.namespace;
  const references = [csi?.nodePublishSecretRef, csi?.nodeStageSecretRef, csi?.nodeExpandSecretRef];
  for (const type of ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos']) {
    references.push(spec[type]?.secretRef && { namespace: home, ...spec[type].secretRef });
  }
  return references.filter((reference) => reference !== undefined);
}

/** The volumes behind the claims of a node's pods. */
function volumesOf(reader: PolicyReader, node: string): readonly KubeObject[] {
  const claims = reader('persistentvolumeclaims');
  const volumes = reader('persistentvolumes');
  return podsOf(reader, node).flatMap((pod) =>
    claimsOf(pod).flatMap((name) => {
      const volume: string = claims.get(pod.metadata.namespace ?? '', name)?.spec.volumeName ?? '';
      return volume === '' ? [] : (volumes.get('', volume) ?? []);
    }),
  );
}

function hasVolume(reader: PolicyReader, node: string, { name }: Attributes): boolean {
  return volumesOf(reader, node).some(({ metadata }) => metadata.name === name);
}

function isAttachedHere(reader: PolicyReader, node: string, { name }: Attributes): boolean {
  return reader('volumeattachments.storage.k8s.io').get('', name)?.spec.nodeName === node;
}

function judgeClaim(reader: PolicyReader, node: string, attributes: Attributes): Decision {
  const relation = isInPods(claimsOf);
  if (attributes.subresource !== 'status') return getRelated(reader, node, attributes, relation);
  const isWritten = ['update', 'patch', 'get'].includes(attributes.verb);
  return isWritten ? related(reader, node, attributes, relation) : noOpinion('can only get/update/patch this type');
}

function judgeServiceAccount(reader: PolicyReader, node: string, attributes: Attributes): Decision {
  const { verb, subresource, namespace, name } = attributes;
  const isToken = verb === 'create' && subresource === 'token';
  if (!isToken && !(verb === 'get' && subresource === '')) {
    return noOpinion('can only get, or create tokens for, individual service accounts');
  }
  return related(reader, node, attributes, () =>
    hasPod(reader, node, (pod) => pod.metadata.namespace === namespace && pod.spec.serviceAccountName === name),
  );
}

function judgeLease(_reader: PolicyReader, node: string, { verb, namespace, name }: Attributes): Decision {
  if (!OWN_VERBS.includes(verb)) return noOpinion('can only get, create, update, patch, or delete a node lease');
  if (namespace !== NODE_LEASES)
    return noOpinion(`can only access leases in the ${quote(NODE_LEASES)} system namespace`);
  if (verb !== 'create' && name !== node) {
    return noOpinion('can only access node lease with the same name as the requesting node');
  }
  return ALLOWED;
}

function judgeCsiNode(_reader: PolicyReader, node: string, { verb, subresource, name }: Attributes): Decision {
  if (!OWN_VERBS.includes(verb)) return noOpinion('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return noOpinion('cannot authorize CSINode subresources');
  if (verb !== 'create' && name !== node) {
    return noOpinion('can only access CSINode with the same name as the requesting node');
  }
  return ALLOWED;
}

function judgeNode(_reader: PolicyReader, node: string, attributes: Attributes): Decision {
  const { verb, subresource, name } = attributes;
  const isRead = ['get', 'list', 'watch'].includes(verb) && subresource === '';
  if (!isRead) return byFixedRules(attributes);
  if (name === node) return ALLOWED;
  const what = name === '' ? 'all nodes' : quote(name);
  return noOpinion(`node ${quote(node)} cannot read ${what}, only its own Node object`);
}

function judgePod(reader: PolicyReader, node: string, attributes: Attributes): Decision {
  const { verb, subresource, namespace, name } = attributes;
  if (subresource !== '') return byFixedRules(attributes);
  const isHere: Relation = () => reader('pods').get(namespace, name)?.spec.nodeName === node;
  if (verb === 'get') return related(reader, node, attributes, isHere);
  if (verb !== 'list' && verb !== 'watch') return byFixedRules(attributes);
  if (selects(attributes, 'spec.nodeName', node) || (name !== '' && isHere(reader, node, attributes))) return ALLOWED;
  return noOpinion('can only list/watch pods with spec.nodeName field selector');
}

function selects({ fieldSelector = '' }: Attributes, field: string, value: string): boolean {
  return fieldSelector.split(',').some((term) => term === `${field}=${value}` || term === `${field}==${value}`);
}
