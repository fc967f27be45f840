import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../app/StatusMark.tsx';
import { useSession } from '../state/session-store.ts';
import { useSettings } from '../state/settings.ts';
import { begin } from './begin.ts';
import { usePassed } from './progress.ts';

interface Props {
  readonly lesson: string;
  /** Names of the lesson's checks. */
  readonly checks: readonly string[];
}

/** The foot of a lesson: what has been done, and the way on. */
export function LessonEnd({ lesson, checks }: Props) {
  const { t } = useTranslation();
  const language = useSettings((settings) => settings.language);
  const lessons = useSession((session) => session.lessons);
  const done = usePassed(lesson, checks);
  const isDone = done === checks.length;
  const next = lessons[lessons.findIndex(({ id }) => id === lesson) + 1];
  return (
    <footer className="lesson-end">
      <p aria-live="polite">
        <StatusMark tone={isDone ? 'good' : 'idle'} />
        {isDone ? t('lesson.done') : t('lesson.progress', { done, all: checks.length })}
      </p>
      {next ? (
        <button type="button" className={isDone ? 'button button-primary' : 'button'} onClick={() => begin(next.id)}>
          {t('lesson.next', { title: `${next.id} · ${next.title[language]}` })}
          <ArrowRight aria-hidden />
        </button>
      ) : null}
    </footer>
  );
}
