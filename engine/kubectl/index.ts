import type { Script } from '../process/program.ts';
import { sleep } from '../process/program.ts';
import { LATENCY } from '../sim/latency.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { dispatch } from './dispatch.ts';

/** The tree of commands. */
export const KUBECTL: Command = {
  name: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager.',
  long: 'kubectl works on the objects of a Kubernetes cluster: it sends what you type to the API server and shows the answer.',
  subcommands: COMMANDS,
  bare: { fd: 1, code: 0 },
};

/** kubectl as a program of the workstation: prints what kubectl 1.36.2 prints. */
export const kubectlScript: Script = function* (invocation) {
  yield* sleep(LATENCY.kubectlStart);
  return yield* dispatch(KUBECTL, invocation);
};
