import type { Command } from '../command.ts';
import { failure } from '../failure.ts';

/** Commands of kubectl that the model has not, each with what to do instead. They refuse whatever they are given. */
const REFUSED: readonly (readonly [name: string, short: string, instead: string])[] = [
  ['kustomize', 'Build a kustomization target from a directory or URL', 'write the manifests themselves'],
];

export const refused: ReadonlyMap<string, Command> = new Map(
  REFUSED.map(([name, short, instead]) => [
    name,
    {
      name,
      short,
      long: `${short}. Not simulated: ${instead}.`,
      isRaw: true,
      run(): never {
        throw failure(`kubectl ${name} is not simulated: ${instead}`);
      },
    },
  ]),
);
