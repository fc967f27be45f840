import { expect, test } from 'vitest';
import { createSession } from '../../cluster.ts';
import type { Session } from '../../sim/session.ts';

/** Three pods that tell the time, each a bit later than the one before, and stop at different times. */
function clocks(): Session {
  const session = createSession({ nodes: 1 });
  for (const [name, pause, count] of [
    ['a', 3, 3],
    ['b', 4, 2],
    ['c', 5, 2],
  ] as const) {
    const script = `i=0; sleep 10; while [ $i -lt ${count} ]; do printf "${name}"; sleep ${pause}; echo $i; i=$((i+1)); done`;
    session.input('workstation', {
      kind: 'run',
      id: name,
      line: `kubectl run ${name} --image=busybox:1.36 -l app=clock --restart=Never -- sh -c '${script}'`,
    });
  }
  session.advance(5000);
  return session;
}

function outputOf(session: Session, id: string) {
  return session.moment().memory('workstation').get<{ stdout: string; stderr: string; exitCode?: number }>(`run/${id}`);
}

test('several logs are followed at once, line by line, until the last one ends', () => {
  const session = clocks();
  session.input('workstation', { kind: 'run', id: 'follow', line: 'kubectl logs -l app=clock -f --prefix' });
  session.advance(13_000);
  expect(outputOf(session, 'follow')?.stdout).toBe(
    ['[pod/a/a] a0', '[pod/b/b] b0', '[pod/c/c] c0', '[pod/a/a] a1', ''].join('\n'),
  );
  session.advance(30_000);
  expect(outputOf(session, 'follow')).toMatchObject({
    stdout: `${['a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'c1'].map((line) => `[pod/${line[0]}/${line[0]}] ${line}`).join('\n')}\n`,
    exitCode: 0,
  });
});

test('more logs than --max-log-requests are refused; without -f the logs come one after the other', () => {
  const session = clocks();
  const refused = 'kubectl logs -l app=clock -f --max-log-requests=2';
  session.input('workstation', { kind: 'run', id: 'refused', line: refused });
  session.advance(40_000);
  expect(outputOf(session, 'refused')).toMatchObject({
    stderr:
      'error: you are attempting to follow 3 log streams, but maximum allowed concurrency is 2, use --max-log-requests to increase the limit\n',
    exitCode: 1,
  });
  session.input('workstation', { kind: 'run', id: 'all', line: 'kubectl logs -l app=clock --tail=1' });
  session.advance(1000);
  expect(outputOf(session, 'all')?.stdout).toBe('a2\nb1\nc1\n');
});
