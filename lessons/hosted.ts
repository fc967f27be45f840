import type { HostedLesson } from '../engine/protocol/lesson-library.ts';
import { prepareSession } from './acts.ts';
import { parseNotebook } from './cells.ts';
import type { Lesson } from './lesson.ts';

/** A lesson as the engine's host runs it. Throws `LessonTextError` for a text with a broken cell. */
export function hostedLesson(lesson: Lesson): HostedLesson {
  const en = parseNotebook(lesson.en);
  const zh = parseNotebook(lesson.zh);
  return {
    id: lesson.id,
    title: { en: en.title, zh: zh.title },
    summary: { en: en.summary, zh: zh.summary },
    minutes: lesson.minutes,
    text: { en: lesson.en, zh: lesson.zh },
    files: lesson.files,
    solution: lesson.solution,
    cluster: lesson.cluster,
    prepare: (session) => prepareSession(lesson, session),
    check(name, session) {
      const check = lesson.checks[name];
      if (!check) throw new Error(`lesson ${lesson.id} has no check "${name}"`);
      return check(session);
    },
    predict(name, choice, fork) {
      const prediction = lesson.predictions[name];
      if (!prediction) throw new Error(`lesson ${lesson.id} has no prediction "${name}"`);
      const from = fork.head.time;
      const { answer, explanation } = prediction(fork);
      return { answer, isRight: answer === choice, explanation, ran: fork.head.time - from };
    },
  };
}
