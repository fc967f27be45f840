import {
  ALL_AUTHENTICATED,
  NODES_GROUP,
  nodeUserName,
  serviceAccountGroups,
  serviceAccountName,
} from '../apiserver/authentication/names.ts';
import type { UserInfo } from '../apiserver/request.ts';
import { remembered } from '../remembered.ts';

/**
 * Service accounts of controllers that are not called after their controller
 * (`cmd/kube-controller-manager/names` and the client builders in `cmd/kube-controller-manager/app`).
 */
const ACCOUNTS: Readonly<Record<string, string>> = {
  'certificatesigningrequest-approving-controller': 'certificate-controller',
  'certificatesigningrequest-cleaner-controller': 'certificate-controller',
  'certificatesigningrequest-signing-controller': 'certificate-controller',
  'daemonset-controller': 'daemon-set-controller',
  'endpoints-controller': 'endpoint-controller',
  'horizontal-pod-autoscaler-controller': 'horizontal-pod-autoscaler',
  'node-ipam-controller': 'node-controller',
  'node-lifecycle-controller': 'node-controller',
  'persistentvolume-attach-detach-controller': 'attachdetach-controller',
  'persistentvolume-binder-controller': 'persistent-volume-binder',
  'persistentvolume-expander-controller': 'expand-controller',
  'persistentvolume-protection-controller': 'pv-protection-controller',
  'persistentvolumeclaim-protection-controller': 'pvc-protection-controller',
  'pod-garbage-collector-controller': 'pod-garbage-collector',
  'resourceclaim-controller': 'resource-claim-controller',
  'root-ca-certificate-publisher': 'root-ca-cert-publisher',
  'service-cidr-controller': 'service-cidrs-controller',
  'service-lb-controller': 'service-controller',
  'serviceaccount-controller': 'service-account-controller',
  'taint-eviction-controller': 'node-controller',
};

/** One object for each name, for ever, so that what is found out about a user can be kept with it. */
const usersByName = (userOf: (name: string) => UserInfo) => remembered(userOf, Number.POSITIVE_INFINITY);

function user(name: string, groups: readonly string[]): UserInfo {
  return { name, groups: [...groups, ALL_AUTHENTICATED] };
}

/** A program of the control plane: `system:kube-scheduler`. */
export const programUser = usersByName((program) => user(`system:${program}`, []));

/** A kubelet: `system:node:node-1`. */
export const nodeUser = usersByName((node) => user(nodeUserName(node), [NODES_GROUP]));

/** A service account of `kube-system`. */
export const systemAccountUser = usersByName((account) =>
  user(serviceAccountName('kube-system', account), serviceAccountGroups('kube-system')),
);

/** Controllers that act as the whole program: whoever makes accounts' tokens cannot begin with one. */
const OF_THE_PROGRAM = ['serviceaccount-token-controller'];

/** A controller of kube-controller-manager, by its component's name: `system:serviceaccount:kube-system:deployment-controller`. */
export const controllerUser = usersByName((controller) =>
  OF_THE_PROGRAM.includes(controller)
    ? programUser('kube-controller-manager')
    : systemAccountUser(ACCOUNTS[controller] ?? controller),
);
