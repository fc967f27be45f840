import type { KubeObject } from '../../object.ts';
import type { Call } from '../call.ts';

/** What admission decides about. For deletions `object` is what is to be deleted. */
export interface AdmissionRequest {
  readonly call: Call;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** One built-in admission controller. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Resources it has to do with (`pods`); all when absent. */
  readonly resources?: readonly string[];
  readonly operations: readonly AdmissionRequest['operation'][];
  /** Returns the object, changed or not; refuses by `refuse`. */
  admit(request: AdmissionRequest): KubeObject;
}
