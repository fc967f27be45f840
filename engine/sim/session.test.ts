import { describe, expect, test } from 'vitest';
import { Session, SessionFileError } from './session.ts';
import { toyRegistry, toySession } from './toy.testing.ts';

function livedIn(): Session {
  const session = toySession();
  session.advance(100);
  session.input('reader', { kind: 'poke', by: 'test' });
  session.advance(150);
  for (const component of ['reader', 'visitor']) session.input('world', { kind: 'stop', component });
  session.advance(100);
  for (const component of ['reader', 'visitor']) session.input('world', { kind: 'start', component });
  session.input('world', { kind: 'cut', from: 'reader', to: 'kube-apiserver' });
  session.advance(100);
  session.input('world', { kind: 'heal', from: 'reader', to: 'kube-apiserver' });
  session.advance(150);
  return session;
}

describe('session', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    expect(livedIn().digest()).toBe(livedIn().digest());
    const other = toySession(2);
    const same = toySession(1);
    other.advance(600);
    same.advance(600);
    expect(other.digest()).not.toBe(same.digest());
  });

  test('one long step equals many short ones', () => {
    const long = toySession();
    const short = toySession();
    long.advance(3000);
    for (let count = 0; count < 300; count++) short.advance(10);
    expect(short.digest()).toBe(long.digest());
    expect(short.trace()).toEqual(long.trace());
  });

  test('no turn fails', () => {
    expect(
      livedIn()
        .trace()
        .filter((record) => record.failure),
    ).toEqual([]);
  });

  test('saving and loading gives the same state', () => {
    const session = livedIn();
    const loaded = Session.load(toyRegistry(), session.save());
    expect(loaded.digest()).toBe(session.digest());
    expect(loaded.save()).toBe(session.save());
  });

  test('a fork from every step, continued with the same inputs, ends at the same bytes', () => {
    const session = livedIn();
    const end = session.head;
    for (let step = 1; step <= end.step; step++) {
      const fork = session.fork(step);
      for (const input of session.inputs.filter((candidate) => candidate.step >= step)) {
        while (fork.head.step < input.step) fork.step();
        fork.advance(input.time - fork.head.time);
        fork.input(input.component, input.task);
      }
      fork.advance(end.time - fork.head.time);
      expect(fork.digest(), `fork from step ${step}`).toBe(session.digest());
    }
  });

  test('forks do not disturb each other', () => {
    const session = livedIn();
    const before = session.digest();
    const fork = session.fork(10);
    fork.input('world', { kind: 'stop', component: 'writer' });
    fork.advance(1000);
    expect(session.digest()).toBe(before);
  });

  test('a moment shows what was true after its step', () => {
    const session = toySession();
    const seen: { step: number; sum: unknown; notes: unknown[] }[] = [];
    for (let count = 0; count < 60; count++) {
      session.step();
      const moment = session.moment();
      seen.push({
        step: moment.step,
        sum: moment.memory('reader').get('sum'),
        notes: [...moment.reader('notes').list()],
      });
    }
    for (const { step, sum, notes } of seen) {
      const moment = session.moment(step);
      expect(moment.memory('reader').get('sum')).toBe(sum);
      expect([...moment.reader('notes').list()]).toEqual(notes);
    }
  });

  test('an informer that was cut off catches up with everything it missed', () => {
    const session = livedIn();
    session.input('world', { kind: 'stop', component: 'writer' });
    session.advance(100);
    const notes = session.moment().reader('notes').list();
    expect(session.moment().memory('reader').get('sum')).toBe(notes.reduce((sum, note) => sum + note.value, 0));
  });

  test('an informer opened while a process runs hears of everything first, then of changes, until it is closed', () => {
    const session = toySession();
    const heard = () => session.moment().memory('visitor').get<readonly number[]>('heard') ?? [];
    session.advance(135);
    const visit = heard();
    expect(visit.length).toBeGreaterThan(2);
    expect(visit[0]).toBeGreaterThan(1);
    expect(session.moment().memory('visitor').get('known')).toBe(session.moment().reader('notes').list().length);
    session.advance(80);
    expect(heard()).toEqual(visit);
    session.advance(15);
    expect(heard()[visit.length]).toBe(5);
  });

  test('a step that has not happened is refused', () => {
    expect(() => toySession().moment(1_000)).toThrow('step 1000 has not happened');
  });

  test.each([
    ['not json', 'no valid JSON'],
    ['{}', '"format" is not "orrery-session"'],
    ['{"format":"orrery-session","version":7}', 'version 7'],
    ['{"format":"orrery-session","version":1}', 'damaged'],
  ])('a corrupt file is explained: %s', (text, message) => {
    expect(() => Session.load(toyRegistry(), text)).toThrow(SessionFileError);
    expect(() => Session.load(toyRegistry(), text)).toThrow(message);
  });

  test('a file whose content was changed is refused', () => {
    const text = livedIn().save().replace('"seed": 1', '"seed": 2');
    expect(() => Session.load(toyRegistry(), text)).toThrow('was changed');
  });
});
