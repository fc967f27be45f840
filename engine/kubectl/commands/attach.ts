import { converse } from '../../process/conversation.ts';
import type { Command } from '../command.ts';
import { failure, usageFailure } from '../failure.ts';
import type { Task } from '../task.ts';
import { podOf } from './exec.ts';
import { containersOf, defaultContainer } from './pod-choice.ts';

export const attach: Command = {
  name: 'attach',
  short: 'Attach to a running container',
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  flags: [
    { name: 'container', shorthand: 'c', type: 'string', usage: 'The container' },
    { name: 'detach-keys', type: 'string', usage: 'Keys that end the attachment' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod' },
    { name: 'quiet', shorthand: 'q', type: 'boolean', usage: 'Only the output of the container' },
    { name: 'stdin', shorthand: 'i', type: 'boolean', usage: 'Pass standard input on' },
    { name: 'tty', shorthand: 't', type: 'boolean', usage: 'Standard input is a terminal' },
  ],
  *run(session): Task {
    const { flags, args } = session;
    if (args.length === 0) throw failure('at least 1 argument is required for attach');
    if (args.length > 2)
      throw usageFailure(
        session.path,
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      );
    const pod = yield* podOf(session, args.length === 2 ? args.join('/') : args[0]);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw failure(`cannot attach a container in a completed pod; current phase is ${phase}`);
    }
    const named = flags.string('container');
    const all = containersOf(pod);
    if (named && !all.some((container) => container.name === named)) {
      throw failure(
        `cannot attach to the container: container ${named} is not valid for pod ${pod.metadata.name} out of: ${all.map((container) => container.label).join(', ')}`,
      );
    }
    const container = named || (yield* defaultContainer(pod, flags.boolean('quiet')));
    const isTerminal = flags.boolean('tty') && session.invocation.terminal !== undefined;
    const hasInput = flags.boolean('stdin');
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/attach`;
    const query = {
      container,
      stdin: String(hasInput),
      stdout: 'true',
      stderr: String(!isTerminal),
      tty: String(isTerminal),
    };
    const answer = yield* session.exchange('POST', path, { query });
    if (answer.stream !== undefined) yield* converse(answer.stream, hasInput);
  },
};
