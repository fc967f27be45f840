import type { AnswerList, ProgramState } from './process.ts';
import type { Invocation, Program, StepResult, Syscall } from './program.ts';

type LiveScript = Generator<Syscall, number, unknown>;

/** Generators at hand, by the state they stand at. Only a saving: any of them can be rebuilt from its state. */
const live = new WeakMap<ProgramState, LiveScript>();

/** Rebuilds the generator of a script by running it again with the answers it was given. */
export function rebuildScript(program: Program, invocation: Invocation, answers: AnswerList | null): LiveScript {
  if (!('script' in program)) throw new Error('not a script');
  const generator = program.script(invocation);
  generator.next();
  const given: unknown[] = [];
  for (let entry = answers; entry !== null; entry = entry.previous) given.push(entry.answer);
  for (let index = given.length - 1; index >= 0; index--) generator.next(given[index]);
  return generator;
}

/** One step of a program: hands it an answer, and takes its next call or its exit status. */
export function stepProgram(
  program: Program,
  state: ProgramState,
  invocation: Invocation,
  answer: unknown,
  signals: readonly string[],
): StepResult<ProgramState> {
  if (state.kind === 'steps') {
    if (!('steps' in program)) throw new Error(`${state.program} is a script`);
    const before = (state.begun ? state.state : program.steps.start(invocation)) as never;
    const result = program.steps.step(before, { answer, signals }, invocation);
    const next: ProgramState = { ...state, begun: true, state: result.state };
    return 'call' in result ? { state: next, call: result.call } : { state: next, exit: result.exit };
  }
  if (!('script' in program)) throw new Error(`${state.program} is no script`);
  const generator = state.begun
    ? (live.get(state) ?? rebuildScript(program, invocation, state.answers))
    : program.script(invocation);
  live.delete(state);
  const result = state.begun ? generator.next(answer) : generator.next();
  const next: ProgramState = {
    ...state,
    begun: true,
    answers: state.begun ? { answer, previous: state.answers } : null,
  };
  if (result.done) return { state: next, exit: result.value };
  live.set(next, generator);
  return { state: next, call: result.value };
}
