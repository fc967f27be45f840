import type { KubeObject } from '../../object.ts';
import type { Call } from '../call.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What admission decides about. For deletions `object` is what is to be deleted; the subresource is the call's. */
export interface AdmissionRequest {
  readonly call: Call;
  readonly operation: Operation;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  /** The mutating pass runs again, because a policy or webhook has changed the object. */
  readonly isReinvocation?: boolean;
}

/** One built-in admission controller. It has at least one of `admit` and `validate`. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Resources it has to do with (`pods`); all when absent. */
  readonly resources?: readonly string[];
  /** Subresources it has to do with, `''` for the object itself and `*` for all; only the object itself when absent. */
  readonly subresources?: readonly string[];
  readonly operations: readonly Operation[];
  /** Whether it has nothing to do with any request for now: nobody has configured it. */
  isIdle?(call: Call): boolean;
  /** When it changes the object, all mutating plugins look at it once more. */
  readonly causesReinvocation?: boolean;
  /** The mutating pass, before validation: returns the object, changed or not; refuses by `refuse`. */
  admit?(request: AdmissionRequest): KubeObject;
  /** The validating pass, over the object as it will be stored; refuses by `refuse`. */
  validate?(request: AdmissionRequest): void;
}
