import { parseAllDocuments } from 'yaml';
import type { Session } from '../engine/index.ts';
import type { Act, Lesson } from './lesson.ts';

/** Time a fresh cluster gets before a lesson begins: nodes have joined and everything is quiet. */
export const WARM_UP_MILLISECONDS = 30_000;

/** How long a typed line may take, virtual milliseconds. */
const LINE_LIMIT = 120_000;

/** Brings a fresh session to where a lesson begins: the cluster is up, the lesson's files lie in the home folder. */
export function prepareSession(lesson: Lesson, session: Session): void {
  session.advance(WARM_UP_MILLISECONDS);
  for (const [path, text] of Object.entries(lesson.files))
    session.input('workstation', { kind: 'write-file', path, text });
}

/** Does what a learner would do. Throws when a file of the lesson is not there. */
export function perform(lesson: Lesson, session: Session, acts: readonly Act[]): void {
  for (const act of acts) {
    if ('run' in act) runLine(session, act.run);
    else if ('apply' in act) applyFile(lesson, session, act);
    else if ('seconds' in act) session.advance(act.seconds * 1000);
    else if ('settle' in act) session.settle();
    else if ('stop' in act) session.input('world', { kind: 'stop', component: act.stop });
    else session.input('world', { kind: 'start', component: act.start });
  }
}

/** Runs one line on the workstation to its end and answers what it wrote. */
export function runLine(session: Session, line: string): { readonly stdout: string; readonly stderr: string } {
  const id = `lesson-${session.inputs.length + 1}`;
  session.input('workstation', { kind: 'run', id, line });
  const result = () =>
    session.moment().memory('workstation').get<{ stdout: string; stderr: string; exitCode?: number }>(`run/${id}`);
  session.until(() => result()?.exitCode !== undefined, LINE_LIMIT);
  return { stdout: result()?.stdout ?? '', stderr: result()?.stderr ?? '' };
}

function applyFile(lesson: Lesson, session: Session, act: Extract<Act, { apply: string }>): void {
  let text = lesson.files[act.apply];
  if (text === undefined) throw new Error(`lesson ${lesson.id} has no file ${act.apply}`);
  if (act.edit) {
    if (!text.includes(act.edit[0]))
      throw new Error(`lesson ${lesson.id}: ${act.apply} does not hold "${act.edit[0]}"`);
    text = text.replace(act.edit[0], act.edit[1]);
  }
  if (parseAllDocuments(text).length === 0) throw new Error(`lesson ${lesson.id}: ${act.apply} is empty`);
  session.input('workstation', { kind: 'write-file', path: act.apply, text });
  runLine(session, `kubectl apply -f ${act.apply}`);
}
