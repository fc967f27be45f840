import type { Running, Shell } from './shell.ts';
import type { Outcome, Saved } from './state.ts';

/** A command inside the shell. `frames` tells of the running function. */
export type Builtin = (shell: Shell, argv: readonly string[], frames: BuiltinFrames) => Running<Outcome> | Outcome;

/** What a builtin may know and change of where the shell stands. */
export interface BuiltinFrames {
  readonly inFunction: boolean;
  /** Remembers a variable's outer value, to be put back when the function returns. */
  hide(name: string): void;
  readonly hidden: Saved;
}
