import type { Command } from '../command.ts';
import { failure } from '../failure.ts';

function refusedCommand(name: string, short: string, path: string, instead: string): Command {
  return {
    name,
    short,
    long: `${short}. Not simulated: ${instead}.`,
    isRaw: true,
    run(): never {
      throw failure(`${path} is not simulated: ${instead}`);
    },
  };
}

/** Preferences of kubectl itself: known by name, refused whatever they are given. */
export const kuberc: Command = {
  name: 'kuberc',
  short: 'Manage kuberc configuration files',
  usage: 'SUBCOMMAND',
  bare: { fd: 2, code: 1 },
  subcommands: [
    refusedCommand(
      'set',
      'Set values in the kuberc configuration',
      'kubectl kuberc set',
      'write the file ~/.kube/kuberc',
    ),
    refusedCommand(
      'view',
      'Display the current kuberc configuration',
      'kubectl kuberc view',
      'read the file ~/.kube/kuberc',
    ),
  ],
};
