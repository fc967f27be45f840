/** Why a pod may not run on a node. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}
