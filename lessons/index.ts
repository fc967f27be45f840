// The public face of the lessons: the curriculum in order, and how a lesson's text is read.
import { yourFirstPod } from './0.1-your-first-pod/lesson.ts';
import { whoDoesWhat } from './1.1-who-does-what/lesson.ts';
import { wantedAndActual } from './1.2-wanted-and-actual/lesson.ts';
import { replicaSet } from './3.2-replicaset/lesson.ts';
import type { Lesson } from './lesson.ts';

export { prepareSession } from './acts.ts';
export { type Cell, type LessonNotebook, LessonTextError, parseNotebook, type StepMove } from './cells.ts';
export { hostedLesson } from './hosted.ts';
export type { Bilingual, Check, CheckResult, Lesson, Prediction } from './lesson.ts';

/** Every lesson, in the order in which a learner meets them. */
export const lessons: readonly Lesson[] = [yourFirstPod, whoDoesWhat, wantedAndActual, replicaSet];
