import { describe, expect, test } from 'vitest';
import { createSession, type Session } from '../engine/index.ts';
import { perform, prepareSession } from './acts.ts';
import { type Cell, parseNotebook } from './cells.ts';
import { lessons } from './index.ts';
import type { Act, Lesson } from './lesson.ts';

function freshSession(lesson: Lesson) {
  const session = createSession(lesson.cluster);
  prepareSession(lesson, session);
  return session;
}

function sessionAfter(lesson: Lesson, acts: readonly Act[]) {
  const session = freshSession(lesson);
  perform(lesson, session, acts);
  return session;
}

/** What must be the same in both languages: everything but the sentences. */
function skeleton(cell: Cell): unknown {
  switch (cell.kind) {
    case 'prose':
      return { kind: cell.kind, headings: (cell.text.match(/^#+ /gm) ?? []).length };
    case 'predict':
      return { kind: cell.kind, name: cell.name, choices: cell.choices.map((choice) => choice.id) };
    case 'check':
      return { kind: cell.kind, name: cell.name };
    case 'step':
      return { kind: cell.kind, move: cell.move };
    case 'fault':
      return { kind: cell.kind, action: cell.action, component: cell.component };
    default:
      return cell;
  }
}

const namesOf = (cells: readonly Cell[], kind: 'check' | 'predict') =>
  cells.flatMap((cell) => (cell.kind === kind ? [cell.name] : []));

/** Does what a click on the cell does: lines go through the terminal, checks must pass. */
function click(lesson: Lesson, session: Session, cell: Cell): void {
  switch (cell.kind) {
    case 'command':
      session.input('workstation', { kind: 'type', text: `${cell.line}\n` });
      session.until(() => !session.moment().memory('workstation').get<boolean>('terminal-busy'), 120_000);
      break;
    case 'fault':
      session.input('world', { kind: cell.action, component: cell.component });
      break;
    case 'check':
      expect(lesson.checks[cell.name]?.(session), cell.name).toMatchObject({ passed: true });
      break;
    case 'step':
      if (cell.move.kind === 'event') session.step();
      else if (cell.move.kind === 'settle') session.settle();
      else if (cell.move.kind === 'seconds') session.advance(cell.move.seconds * 1000);
      else if (cell.move.kind === 'turn') session.turnOf(cell.move.component);
  }
}

test('a line break between Chinese characters is no blank', () => {
  const { cells } = parseNotebook('---\ntitle: t\nsummary: s\n---\n你没写的\n内容，\nPod 存进\n\n下一段');
  expect(cells).toEqual([{ kind: 'prose', text: '你没写的内容，\nPod 存进\n\n下一段' }]);
});

test('ids and titles are unique', () => {
  expect(new Set(lessons.map((lesson) => lesson.id)).size).toBe(lessons.length);
  expect(new Set(lessons.map((lesson) => parseNotebook(lesson.en).title)).size).toBe(lessons.length);
});

describe.each(lessons)('lesson $id', (lesson) => {
  const en = parseNotebook(lesson.en);
  const zh = parseNotebook(lesson.zh);

  test('has the same cells in both languages', () => {
    expect(zh.cells.map(skeleton)).toEqual(en.cells.map(skeleton));
  });

  test('names exactly the checks, predictions and files there are', () => {
    expect(namesOf(en.cells, 'check').sort()).toEqual(Object.keys(lesson.checks).sort());
    expect(namesOf(en.cells, 'predict').sort()).toEqual(Object.keys(lesson.predictions).sort());
    const files = en.cells.flatMap((cell) => (cell.kind === 'manifest' ? [cell.file] : []));
    expect(files.sort()).toEqual(Object.keys(lesson.files).sort());
    expect(namesOf(en.cells, 'predict').length).toBeGreaterThan(0);
  });

  test('starts unsolved, and every failing check says why and what may help in both languages', () => {
    const session = freshSession(lesson);
    for (const [name, check] of Object.entries(lesson.checks)) {
      const result = check(session);
      expect(result.passed, name).toBe(false);
      expect(result.hints.length, name).toBeGreaterThan(0);
      for (const text of [result.message, ...result.hints]) {
        expect(text.en, name).not.toBe('');
        expect(text.zh, name).toMatch(/[\u4e00-\u9fff]/);
      }
    }
  });

  test('is solved by its solution', () => {
    const session = freshSession(lesson);
    const seen = new Set<string>();
    for (const act of lesson.solution) {
      perform(lesson, session, [act]);
      for (const [name, check] of Object.entries(lesson.checks)) if (check(session).passed) seen.add(name);
    }
    expect([...seen].sort()).toEqual(Object.keys(lesson.checks).sort());
    expect(session.trace().filter((record) => record.failure)).toEqual([]);
  });

  test('is done by clicking its cells from the first to the last', () => {
    const session = freshSession(lesson);
    for (const cell of en.cells) click(lesson, session, cell);
    expect(session.trace().filter((record) => record.failure)).toEqual([]);
  });

  test.each(lesson.wrongAnswers)('a wrong answer fails: $why', ({ acts, fails }) => {
    const result = lesson.checks[fails]?.(sessionAfter(lesson, acts));
    expect(result).toMatchObject({ passed: false });
    expect(result?.hints.length).toBeGreaterThan(0);
  });

  test.each(Object.keys(lesson.predictions))('prediction %s has an answer among its choices', (name) => {
    const cell = en.cells.find((candidate) => candidate.kind === 'predict' && candidate.name === name);
    const session = sessionAfter(lesson, lesson.solution.slice(0, 2));
    const before = session.digest();
    const outcome = lesson.predictions[name]?.(session.fork());
    expect(cell?.kind === 'predict' && cell.choices.map((choice) => choice.id)).toContain(outcome?.answer);
    expect(session.digest()).toBe(before);
  });
});
