import { describe, expect, test } from 'vitest';
import { createSession, loadSession, type Session } from '../../engine/index.ts';
import { checkers, unconverged } from './checkers.ts';
import { Dice, randomSession, repair } from './random-session.ts';

const SESSIONS = 200;

/** Does again, in a copy, everything that came in after the copy's last step. */
function replayRest(copy: Session, original: Session): void {
  for (const input of original.inputs.filter((candidate) => candidate.step >= copy.head.step)) {
    while (copy.head.step < input.step) copy.step();
    copy.advance(input.time - copy.head.time);
    copy.input(input.component, input.task);
  }
  copy.advance(original.head.time - copy.head.time);
}

describe('determinism', () => {
  test('one step of 30 s equals 3,000 steps of 10 ms', () => {
    const sessions = [createSession({ nodes: 2 }), createSession({ nodes: 2 })] as const;
    for (const session of sessions) {
      session.advance(10_000);
      session.input('workstation', {
        kind: 'run',
        id: 'a',
        line: 'kubectl create deployment web --image=nginx:1.25 --replicas=4',
      });
    }
    sessions[0].advance(30_000);
    for (let count = 0; count < 3_000; count++) sessions[1].advance(10);
    expect(sessions[1].digest()).toBe(sessions[0].digest());
    expect(sessions[1].moment().reader('pods').list('default')).toHaveLength(4);
  });

  test.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    'seed %i: saved and replayed, the bytes are the same',
    (seed) => {
      const session = randomSession(seed, 10);
      const text = session.save();
      expect(loadSession(text).save()).toBe(text);
    },
  );

  test.each([11, 12, 13, 14, 15])('seed %i: rewound and replayed, the bytes are the same', (seed) => {
    const session = randomSession(seed, 10);
    const dice = new Dice(seed);
    for (let count = 0; count < 5; count++) {
      const fork = session.fork(1 + dice.below(session.head.step));
      replayRest(fork, session);
      expect(fork.digest()).toBe(session.digest());
    }
  });
});

describe('random sessions hold the outside checkers', () => {
  test.each(Array.from({ length: SESSIONS / 10 }, (_, index) => index * 10 + 1))(
    'seeds %i and the nine after it',
    (first) => {
      for (let seed = first; seed < first + 10; seed++) {
        const session = randomSession(seed, 8);
        repair(session);
        session.advance(400_000);
        for (const [name, check] of Object.entries(checkers))
          expect(check(session), `seed ${seed}: ${name}`).toEqual([]);
        expect(unconverged(session), `seed ${seed}: controllers converge`).toEqual([]);
      }
    },
    300_000,
  );
});
