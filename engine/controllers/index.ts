import type { Component } from '../sim/component.ts';
import { deploymentController } from './deployment/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';

/** Every control loop of kube-controller-manager, in the order in which they start. */
export const controllers: readonly Component[] = [deploymentController, replicaSetController];
