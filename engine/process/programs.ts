import { applets } from './applets/index.ts';
import { TOOLS_OF_PEOPLE } from './applets/people.ts';
import { servers } from './images/servers.ts';
import type { Program, StepProgram } from './program.ts';
import { shellProgram } from './sh/interpreter.ts';

const SHELL: Program = { steps: shellProgram as unknown as StepProgram<never> };

/** Every program that machines can run, by the name that an executable file's `program` carries. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(Object.entries({ ...TOOLS_OF_PEOPLE, ...applets }).map(([name, script]) => [name, { script }])),
  ...servers,
  sh: SHELL,
  ash: SHELL,
  bash: SHELL,
};
