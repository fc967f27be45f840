import type { Call } from '../call.ts';
import type { ApiResponse } from '../request.ts';

/** A path below an object. One file a subresource; `handlers.ts` lists them. */
export interface SubresourceHandler {
  /** Resources it belongs to; all that declare it when absent. */
  readonly resources?: readonly string[];
  /** Whatever the method. */
  readonly connect?: (call: Call) => ApiResponse;
  readonly get?: (call: Call) => ApiResponse;
  readonly create?: (call: Call) => ApiResponse;
  readonly update?: (call: Call) => ApiResponse;
  readonly patch?: (call: Call) => ApiResponse;
}
