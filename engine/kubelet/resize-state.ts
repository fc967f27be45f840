/** The cell that names the pods whose resize is deferred: they are tried again when a pod has gone. */
export const DEFERRED_RESIZES = 'deferred-resizes';

/** How far a change of a pod's resources in place has come. */
export interface Resize {
  /** What the kubelet has taken in, by container. */
  readonly allocated: Readonly<Record<string, object>>;
  /** Not yet (Deferred) or never here (Infeasible). */
  readonly pending?: { readonly reason: string; readonly message: string; readonly generation: number };
  /** Allocated, not yet true. */
  readonly inProgress?: { readonly generation: number; readonly error?: string };
}
