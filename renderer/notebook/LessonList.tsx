import { useTranslation } from 'react-i18next';
import { useSession } from '../state/session-store.ts';
import { useSettings } from '../state/settings.ts';
import { begin } from './begin.ts';

/** Where no lesson is open: what there is to learn. */
export function LessonList() {
  const { t } = useTranslation();
  const language = useSettings((settings) => settings.language);
  const lessons = useSession((session) => session.lessons);
  return (
    <div className="notebook">
      <p className="hint">{t('lesson.none')}</p>
      <ul className="lesson-list">
        {lessons.map(({ id, title, summary, minutes }) => (
          <li key={id}>
            <button type="button" className="lesson-card" onClick={() => begin(id)}>
              <span className="lesson-card-head">
                <strong>
                  {id} · {title[language]}
                </strong>
                <span className="faint">{t('lesson.minutes', { count: minutes })}</span>
              </span>
              <span>{summary[language]}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
