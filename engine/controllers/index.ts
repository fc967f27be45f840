import type { Component } from '../sim/component.ts';
import { attachDetachController } from './attachdetach/controller.ts';
import { certificateApprovingController } from './certificates/approving-controller.ts';
import { certificateCleanerController } from './certificates/cleaner-controller.ts';
import { certificateSigningController } from './certificates/signing-controller.ts';
import { clusterRoleAggregationController } from './clusterroleaggregation/controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoint/endpoints-controller.ts';
import { endpointSliceController } from './endpointslice/endpointslice-controller.ts';
import { endpointSliceMirroringController } from './endpointslice/endpointslicemirroring-controller.ts';
import { ephemeralVolumeController } from './ephemeralvolume/controller.ts';
import { garbageCollector } from './garbagecollector/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeIpamController } from './nodeipam/node-ipam-controller.ts';
import { nodeController } from './nodelifecycle/node-controller.ts';
import { persistentVolumeBinder } from './persistentvolume/controller.ts';
import { horizontalPodAutoscalerController } from './podautoscaler/controller.ts';
import { podGarbageCollector } from './podgc/controller.ts';
import { persistentVolumeClaimProtection } from './pvcprotection/controller.ts';
import { persistentVolumeProtection } from './pvprotection/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { replicationController } from './replication/controller.ts';
import { resourceClaimController } from './resourceclaim/controller.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { rootCaCertificatePublisher } from './rootca/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { serviceAccountTokenController } from './serviceaccounttoken/controller.ts';
import { serviceCidrController } from './servicecidrs/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { ttlAfterFinishedController } from './ttlafterfinished/controller.ts';
import { validatingAdmissionPolicyStatusController } from './validatingadmissionpolicystatus/controller.ts';
import { volumeExpander } from './volumeexpand/controller.ts';

/** Every control loop of kube-controller-manager, in the order in which they start. */
export const controllers: readonly Component[] = [
  nodeIpamController,
  nodeController,
  namespaceController,
  serviceAccountController,
  serviceAccountTokenController,
  rootCaCertificatePublisher,
  clusterRoleAggregationController,
  certificateApprovingController,
  certificateSigningController,
  certificateCleanerController,
  deploymentController,
  replicaSetController,
  replicationController,
  statefulSetController,
  daemonSetController,
  jobController,
  cronJobController,
  ttlAfterFinishedController,
  disruptionController,
  horizontalPodAutoscalerController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  garbageCollector,
  podGarbageCollector,
  resourceQuotaController,
  persistentVolumeBinder,
  persistentVolumeClaimProtection,
  persistentVolumeProtection,
  attachDetachController,
  ephemeralVolumeController,
  resourceClaimController,
  volumeExpander,
  serviceCidrController,
  validatingAdmissionPolicyStatusController,
];
