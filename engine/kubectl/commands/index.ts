import type { Command } from '../command.ts';
import { apply } from './apply.ts';
import { attach } from './attach.ts';
import { auth } from './auth.ts';
import { autoscale } from './autoscale.ts';
import { certificate } from './certificate.ts';
import { apiResources, apiVersions, version } from './cluster.ts';
import { clusterInfo } from './cluster-info.ts';
import { completeDescribed, completePlain } from './complete.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { cp } from './cp.ts';
import { createCommand } from './create.ts';
import { createConfigMap, createNamespace, createSecret, createServiceAccount } from './create-config.ts';
import { createIngress } from './create-ingress.ts';
import { createPodDisruptionBudget, createPriorityClass, createQuota } from './create-policy.ts';
import { createClusterRole, createRole } from './create-role.ts';
import { createClusterRoleBinding, createRoleBinding } from './create-rolebinding.ts';
import { createService } from './create-service.ts';
import { createToken } from './create-token.ts';
import { createCronJob, createDeployment, createJob } from './create-workloads.ts';
import { debug } from './debug.ts';
import { deleteResources } from './delete.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { drain } from './drain.ts';
import { edit } from './edit.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { expose } from './expose.ts';
import { get } from './get.ts';
import { kustomize } from './kustomize.ts';
import { annotate, label } from './label.ts';
import { logs } from './logs.ts';
import { cordon, uncordon } from './nodes.ts';
import { alpha, options, plugin } from './own.ts';
import { patch } from './patch.ts';
import { forwardConnection, portForward } from './port-forward.ts';
import { proxy, proxyConnection } from './proxy.ts';
import { kuberc } from './refused.ts';
import { replace } from './replace.ts';
import { rollout } from './rollout.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { setCommand } from './set.ts';
import { setEnv } from './set-env.ts';
import { setImage, setResources, setSelector, setServiceAccount } from './set-image.ts';
import { setSubject } from './set-subject.ts';
import { taint } from './taint.ts';
import { top } from './top.ts';
import { wait } from './wait.ts';

const create = createCommand([
  createClusterRole,
  createClusterRoleBinding,
  createConfigMap,
  createCronJob,
  createDeployment,
  createIngress,
  createJob,
  createNamespace,
  createPodDisruptionBudget,
  createPriorityClass,
  createQuota,
  createRole,
  createRoleBinding,
  createSecret,
  createService,
  createServiceAccount,
  createToken,
]);
const set = setCommand([setEnv, setImage, setResources, setSelector, setServiceAccount, setSubject]);

/** All commands, in the order in which kubectl registers them (it decides the order of suggestions). */
export const COMMANDS: readonly Command[] = [
  create,
  expose,
  run,
  set,
  explain,
  get,
  edit,
  deleteResources,
  rollout,
  scale,
  autoscale,
  certificate,
  clusterInfo,
  top,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  attach,
  exec,
  portForward,
  proxy,
  cp,
  auth,
  debug,
  events,
  diff,
  apply,
  patch,
  replace,
  wait,
  kustomize,
  label,
  annotate,
  completion,
  alpha,
  config,
  kuberc,
  plugin,
  version,
  apiVersions,
  apiResources,
  options,
  forwardConnection,
  proxyConnection,
  completeDescribed,
  completePlain,
];
