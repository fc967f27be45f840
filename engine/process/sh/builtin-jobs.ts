import { killed } from '../applets/kill.ts';
import type { WaitAnswer } from '../program.ts';
import { complain, type Running, type Shell, say } from './shell.ts';
import type { Outcome } from './state.ts';
import { note, waitFor } from './subshell.ts';

/** Takes notice of children that have ended. */
export function* reap(shell: Shell): Running<void> {
  for (;;) {
    const answer = (yield { call: 'wait', pids: [], poll: true }) as WaitAnswer;
    const ended: WaitAnswer =
      answer.pid === undefined ? answer : { reaped: [...answer.reaped, [answer.pid, answer.status ?? 0]] };
    note(shell, ended);
    if (ended.reaped.length === 0) return;
  }
}

/** `kill`, which knows the shell's jobs: `kill %1`. */
export function* killJobs(shell: Shell, words: readonly string[]): Running<Outcome> {
  const pids = words.map((word) => {
    if (!word.startsWith('%')) return word;
    const job = /^%[%+]?$/.test(word) ? shell.jobs.at(-1) : shell.jobs.find(({ number }) => `%${number}` === word);
    return job === undefined ? word : String(job.pid);
  });
  const { status, output, complaints } = yield* killed(pids);
  yield* say(shell, 1, output);
  for (const complaint of complaints) yield* complain(shell, complaint);
  return { status, mind: status !== 0 };
}

/** `wait [PID | %JOB]…`. */
export function* waitJobs(shell: Shell, words: readonly string[]): Running<Outcome> {
  yield* reap(shell);
  const running = shell.jobs.filter((job) => job.status === undefined).map((job) => job.pid);
  const pids =
    words.length === 0
      ? running
      : words.map((word) =>
          word.startsWith('%') ? (shell.jobs.find((job) => `%${job.number}` === word)?.pid ?? -1) : Number(word),
        );
  let status = 0;
  for (const pid of pids) {
    const end = yield* waitFor(shell, pid, true);
    if (end.interrupted !== undefined) return { status: 143 };
    shell.jobs = shell.jobs.filter((job) => job.pid !== pid);
    if (words.length > 0) status = end.status;
  }
  return { status, mind: status !== 0 };
}
