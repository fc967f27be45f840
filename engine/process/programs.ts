import { BASIC } from './applets/basic.ts';
import { applets } from './applets/index.ts';
import type { Script, Program, StepProgram } from './program.ts';
import { shellProgram } from './sh/interpreter.ts';

function scripts(group: Readonly<Record<string, Script>>): [string, Program][] {
  return Object.entries(group).map(([name, script]) => [name, { script }]);
}

const SHELL: Program = { steps: shellProgram as unknown as StepProgram<never> };

/** Every program that machines can run, by the name that an executable file's `program` carries. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries([applets, BASIC].flatMap(scripts)),
  '[': { script: BASIC['test'] as Script },
  sh: SHELL,
  ash: SHELL,
  bash: SHELL,
};
