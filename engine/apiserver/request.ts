import type { KubeObject } from '../object.ts';

/** Who makes a request, after authentication. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * One request to the API server: HTTP, as data. `kubectl`, controllers and the HTTPS front end all build these.
 * Header names are lower case. `body` is the decoded object, or raw text (JSON or YAML by `content-type`).
 */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without query: `/api/v1/namespaces/default/pods/web/log`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whose request it is, of a component that has proved it already. A bearer token in `headers` comes before it. */
  readonly user?: UserInfo;
  /** The client certificate of the connection, PEM. Without it, a user and a token the request is anonymous. */
  readonly clientCertificate?: string;
}

/** A request of which the server knows whose it is. */
export type IdentifiedRequest = ApiRequest & { readonly user: UserInfo };

/**
 * The answer. Exactly one of `body` and `stream`. A `stream` (watch, `log?follow=true`, exec, attach) stays open: its
 * chunks come to the requesting component as tasks `{ kind: 'stream', stream, chunk }`, and a last
 * `{ kind: 'stream', stream, closed: true }`. What the client has to say on it (standard input, hanging up) it sends with
 * `turn.call('kube-apiserver', { stream, input } | { stream, close: true })`.
 */
export interface ApiResponse {
  readonly code: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A decoded object for JSON answers, text otherwise (logs). */
  readonly body?: unknown;
  readonly stream?: number;
  /** `Warning` headers, without the `299 - ` wrapping. */
  readonly warnings?: readonly string[];
}

/** One chunk of a stream. Watch: an event. Exec, attach, log: text on a channel. */
export type StreamChunk =
  | {
      readonly watch: {
        readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
        readonly object: KubeObject;
      };
    }
  | { readonly channel: 'stdout' | 'stderr'; readonly text: string }
  /** The last chunk of an exec or attach: a `Status` object as the v5.channel.k8s.io error channel carries it. */
  | { readonly channel: 'error'; readonly status: Status };

/** `meta/v1 Status`, the body of every failure. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

/** A failed request, as a value: `status` is the whole body, `message` its message. See `errors.ts` for one constructor a reason. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'unknown');
    this.status = status;
  }
  get reason(): string {
    return this.status.reason ?? '';
  }
  get code(): number {
    return this.status.code ?? 500;
  }
}
