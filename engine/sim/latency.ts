/**
 * How long things take, in virtual milliseconds. One table, so that a learner (or a test) can see and change it.
 * Kubernetes' own constants (back-offs, grace periods, heartbeats) are not latencies: they stay with the code they rule.
 */
export const LATENCY = {
  /** One API write, request to response: typical for a small healthy cluster (API call latency SLO: 99th percentile under 1 s). */
  apiWrite: 4,
  /** From a commit in etcd to an informer's handler. */
  watchDelivery: 2,
  /** How often a client reads what has arrived on its watch: HTTP/2 frames come in bursts. */
  watchInterval: 5,
  /** Start of a kubectl process up to its first request. */
  kubectlStart: 60,
  /** One request over the network from the workstation. */
  kubectlRequest: 8,
  /** One scheduling cycle of kube-scheduler: a real one decides some hundred pods a second (scheduler_scheduling_attempt_duration_seconds). */
  schedulingCycle: 1,
  /** A pod's sandbox: pause container, network namespace, CNI plugin; containerd takes some tenths of a second. */
  sandboxStart: 120,
  /** Taking a pod's sandbox down: CNI DEL, the end of the pause container. */
  sandboxStop: 200,
  /** From `CreateContainer` to a running process: snapshot, runc. */
  containerStart: 80,
  /** Resolving a name at an image registry and asking for a manifest. */
  registryRequest: 400,
  /** Bytes of an image a node pulls and unpacks in a second: 320 Mbit/s. */
  pullBytesPerSecond: 40_000_000,
  /** One way between two nodes of a cluster in one data centre. */
  nodeToNode: 1,
} as const;
