/**
 * The kubelet's own API (port 10250 of a node), as the API server uses it for the `log`, `exec` and `attach`
 * subresources of a pod: `turn.call('kubelet/<node>', request)` with a `KubeletRequest` answers a `KubeletResponse`.
 * The API server has checked by then that the pod exists, has a node, and has a container of that name.
 */
export type KubeletRequest =
  | ContainerLogsRequest
  | ExecRequest
  | AttachRequest
  | PortForwardRequest
  | UsageRequest
  | GetRequest
  | StreamInputRequest
  | CloseStreamRequest;

/**
 * Who gets the chunks of a stream, and under which number. Chunks arrive there as tasks
 * `{ kind: 'stream', stream, chunk: StreamChunk }`, the end as `{ kind: 'stream', stream, closed: true }`.
 */
export interface StreamReceiver {
  readonly component: string;
  readonly stream: number;
}

interface ContainerRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** `PodLogOptions` without the names, as in the query of the `log` subresource. */
export interface LogOptions {
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  /** `All` when omitted. */
  readonly stream?: 'All' | 'Stdout' | 'Stderr';
}

/** Without `receiver` the answer's `text` is the whole log; with it (`follow=true`) the log comes as chunks. */
export interface ContainerLogsRequest extends ContainerRequest {
  readonly call: 'containerLogs';
  readonly options: LogOptions;
  readonly receiver?: StreamReceiver;
}

/** Starts a process in a container. The last chunk is on channel `error`: Success, or NonZeroExitCode, or what failed. */
export interface ExecRequest extends ContainerRequest {
  readonly call: 'exec';
  readonly command: readonly string[];
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly receiver: StreamReceiver;
}

/** Joins the container's main process: its output from now on, and with `stdin` its input. */
export interface AttachRequest extends ContainerRequest {
  readonly call: 'attach';
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly receiver: StreamReceiver;
}

/** One connection to a port of the pod. Text goes both ways; the last chunk is on channel `error`. */
interface PortForwardRequest {
  readonly call: 'portForward';
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly receiver: StreamReceiver;
}

/** What the node and its containers use at this instant: what metrics-server reads every 15 seconds. */
interface UsageRequest {
  readonly call: 'usage';
}

/** A GET of one of the kubelet's paths: `/healthz`, `/pods`, `/metrics/resource`, `/stats/summary`, `/configz`. */
interface GetRequest {
  readonly call: 'get';
  readonly path: string;
}

/** Answer to `usage`. Processor time is a sum, so that two of them make a rate. */
export interface NodeUsage {
  /** Virtual milliseconds since the epoch. */
  readonly time: number;
  readonly node: Usage;
  readonly containers: readonly ContainerUsage[];
}

export interface Usage {
  readonly cpuMicroseconds: number;
  readonly memoryBytes: number;
}

export interface ContainerUsage extends Usage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** When the container started: a rate over its start is none. */
  readonly startedAt: number;
}

/** Standard input for an exec or attach stream; `close` ends the input, not the stream. */
interface StreamInputRequest {
  readonly call: 'streamInput';
  readonly receiver: StreamReceiver;
  readonly text?: string;
  readonly close?: boolean;
}

/** The client has hung up. */
interface CloseStreamRequest {
  readonly call: 'closeStream';
  readonly receiver: StreamReceiver;
}

/** A code of 400 or more comes with `message` (the text that a Status of that code carries). */
export interface KubeletResponse {
  readonly code: number;
  readonly text?: string;
  readonly message?: string;
  readonly usage?: NodeUsage;
}
