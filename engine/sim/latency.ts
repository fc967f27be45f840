/**
 * How long things take, in virtual milliseconds. One table, so that a learner (or a test) can see and change it.
 * Kubernetes' own constants (back-offs, grace periods, heartbeats) are not latencies: they stay with the code they rule.
 */
export const LATENCY = {
  /** One API write, request to response: typical for a small healthy cluster (API call latency SLO: 99th percentile under 1 s). */
  apiWrite: 4,
  /** From a commit in etcd to an informer's handler. */
  watchDelivery: 2,
  /** Start of a kubectl process up to its first request. */
  kubectlStart: 60,
  /** One request over the network from the workstation. */
  kubectlRequest: 8,
  /** One scheduling cycle of kube-scheduler: a real one decides some hundred pods a second (scheduler_scheduling_attempt_duration_seconds). */
  schedulingCycle: 1,
} as const;
