import type { KubeObject } from '../../object.ts';
import { groupResource, type Kind } from '../kinds/kind.ts';
import {
  apiServices,
  certificateSigningRequests,
  componentStatuses,
  flowSchemas,
  horizontalPodAutoscalers,
  priorityLevels,
  runtimeClasses,
} from './administration.ts';
import { leases, namespaces, nodes } from './cluster.ts';
import { configMaps, secrets, serviceAccounts } from './configuration.ts';
import { namesAndAges, resourceClaims, resourceSlices } from './devices.ts';
import { events } from './events.ts';
import { resourceUsage } from './metrics.ts';
import { endpointSlices, endpoints, services } from './network.ts';
import { pods } from './pods.ts';
import {
  admissionPolicyBindings,
  mutatingAdmissionPolicies,
  podDisruptionBudgets,
  priorityClasses,
  resourceQuotas,
  roleBindings,
  validatingAdmissionPolicies,
  webhookConfigurations,
} from './policy.ts';
import { column, NAME, type Printer } from './printer.ts';
import { ingressClasses, ingresses, ipAddresses, networkPolicies, serviceCidrs } from './routing.ts';
import {
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
} from './storage.ts';
import {
  controllerRevisions,
  cronJobs,
  daemonSets,
  deployments,
  jobs,
  podTemplates,
  replicaSets,
  replicationControllers,
  scales,
  statefulSets,
} from './workloads.ts';

/** Printers by resource. A kind without one gets its name and its creation. */
const PRINTERS: Readonly<Record<string, Printer>> = {
  'apiservices.apiregistration.k8s.io': apiServices,
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequests,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBindings,
  componentstatuses: componentStatuses,
  configmaps: configMaps,
  'controllerrevisions.apps': controllerRevisions,
  'cronjobs.batch': cronJobs,
  'csidrivers.storage.k8s.io': csiDrivers,
  'csinodes.storage.k8s.io': csiNodes,
  'csistoragecapacities.storage.k8s.io': csiStorageCapacities,
  'daemonsets.apps': daemonSets,
  'deployments.apps': deployments,
  'deviceclasses.resource.k8s.io': namesAndAges,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlices,
  events,
  'events.events.k8s.io': events,
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchemas,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscalers,
  'ingressclasses.networking.k8s.io': ingressClasses,
  'ingresses.networking.k8s.io': ingresses,
  'ipaddresses.networking.k8s.io': ipAddresses,
  'jobs.batch': jobs,
  'leases.coordination.k8s.io': leases,
  'mutatingadmissionpolicies.admissionregistration.k8s.io': mutatingAdmissionPolicies,
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': admissionPolicyBindings,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations,
  namespaces,
  'networkpolicies.networking.k8s.io': networkPolicies,
  nodes,
  'nodes.metrics.k8s.io': resourceUsage,
  persistentvolumeclaims: persistentVolumeClaims,
  persistentvolumes: persistentVolumes,
  'poddisruptionbudgets.policy': podDisruptionBudgets,
  pods,
  'pods.metrics.k8s.io': resourceUsage,
  podtemplates: podTemplates,
  'priorityclasses.scheduling.k8s.io': priorityClasses,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevels,
  'replicasets.apps': replicaSets,
  replicationcontrollers: replicationControllers,
  'resourceclaims.resource.k8s.io': resourceClaims,
  'resourceclaimtemplates.resource.k8s.io': namesAndAges,
  resourcequotas: resourceQuotas,
  'resourceslices.resource.k8s.io': resourceSlices,
  'rolebindings.rbac.authorization.k8s.io': roleBindings,
  'runtimeclasses.node.k8s.io': runtimeClasses,
  'scales.autoscaling': scales,
  secrets,
  serviceaccounts: serviceAccounts,
  'servicecidrs.networking.k8s.io': serviceCidrs,
  services,
  'statefulsets.apps': statefulSets,
  'storageclasses.storage.k8s.io': storageClasses,
  'validatingadmissionpolicies.admissionregistration.k8s.io': validatingAdmissionPolicies,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': admissionPolicyBindings,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations,
  'volumeattachments.storage.k8s.io': volumeAttachments,
  'volumeattributesclasses.storage.k8s.io': volumeAttributesClasses,
};

/** As `rest.NewDefaultTableConvertor` prints kinds that have no printer of their own. */
const PLAIN: Printer = {
  columns: [NAME, { ...column('Created At', 'When the object was created.', 'date') }],
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
};

export interface TableOptions {
  readonly now: number;
  /** Version of `meta.k8s.io`. */
  readonly version: string;
  /** `None`, `Metadata` or `Object`. */
  readonly includeObject: string;
  readonly withoutColumns: boolean;
}

/** A `meta.k8s.io` Table of objects of one kind. */
export function tableOf(
  kind: Pick<Kind, 'group' | 'plural' | 'custom'>,
  objects: readonly KubeObject[],
  metadata: object,
  options: TableOptions,
): object {
  const printer = kind.custom?.printer ?? PRINTERS[groupResource(kind)] ?? PLAIN;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: options.withoutColumns ? null : printer.columns,
    rows: objects.map((object) => tableRow(printer, object, options)),
  };
}

function tableRow(printer: Printer, object: KubeObject, options: TableOptions): object {
  const conditions = printer.conditions?.(object) ?? [];
  const { includeObject } = options;
  return {
    cells: printer.cells(object, options.now),
    ...(conditions.length > 0 ? { conditions } : {}),
    object:
      includeObject === 'None'
        ? null
        : includeObject === 'Object'
          ? object
          : { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${options.version}`, metadata: object.metadata },
  };
}
