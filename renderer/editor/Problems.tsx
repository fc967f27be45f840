import { useTranslation } from 'react-i18next';
import type { Problem } from '../../engine/protocol/views.ts';
import { english } from '../../engine/sentence.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { said } from '../locales/said.ts';

interface Props {
  readonly problems: readonly Problem[];
  readonly onGo: (problem: Problem) => void;
}

/** What kept the manifest from being applied; a click goes to the place. */
export function Problems({ problems, onGo }: Props) {
  const { t } = useTranslation();
  return (
    <div className="problems" aria-live="polite">
      {problems.length > 0 ? (
        <ul aria-label={t('editor.problems')}>
          {problems.map((problem, index) => (
            <li key={`${problem.line} ${english(problem.message)}`}>
              <button type="button" onClick={() => onGo(problem)}>
                <StatusMark tone="bad" />
                <span>
                  {problem.line ? (
                    <strong>{t('editor.place', { line: problem.line, column: problem.column ?? 1 })} </strong>
                  ) : null}
                  {said(problem.message, t)}
                  {problem.remedy && problem.remedy !== problems[index + 1]?.remedy ? (
                    <em> {t(`remedy.${problem.remedy}`)}</em>
                  ) : null}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
