import { english } from '../sentence.ts';
import { SessionFileError } from '../sim/session.ts';
import type { Problem } from './views.ts';

/** A request of the window that cannot be met; the problem is what the learner reads. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(english(problem.message));
    this.problem = problem;
  }
}

/** Whatever was thrown, as something to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof SessionFileError) return { message: error.sentence, remedy: 'choose-session' };
  return { message: error instanceof Error ? error.message : String(error) };
}
