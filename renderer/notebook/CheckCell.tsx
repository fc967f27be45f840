import { ListChecks } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckView } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { ask, showError } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { useSettings } from '../state/settings.ts';
import { Inline } from './Inline.tsx';
import { useAnswer } from './progress.ts';

interface Props {
  readonly lesson: string;
  readonly name: string;
  readonly text: string;
}

/** A check of the cluster: it says why it fails, and hints come one by one. */
export function CheckCell({ lesson, name, text }: Props) {
  const { t } = useTranslation();
  const language = useSettings((settings) => settings.language);
  const place = useSession(({ state }) => `${state?.branch}/${state?.shown.step}`);
  const [result, setResult] = useAnswer<CheckView & { readonly place: string }>(lesson, `check/${name}`);
  const [hints, setHints] = useState(0);
  const check = () => {
    setHints(0);
    ask('lesson.check', { id: lesson, check: name })
      .then((answer) => setResult({ ...answer, place }))
      .catch(showError);
  };
  // A failed check is asked again once the cluster has moved, so that the answer is never about the past.
  useEffect(() => {
    if (result && !result.passed && result.place !== place) setResult(undefined);
  }, [place, result, setResult]);
  return (
    <div className={result?.passed ? 'cell cell-check is-passed' : 'cell cell-check'}>
      <div className="cell-head">
        <span className="cell-text">
          <Inline text={text} />
        </span>
        <button type="button" className="button" onClick={check} aria-label={t('cell.check-text', { text })}>
          <ListChecks aria-hidden />
          {t('cell.check')}
        </button>
      </div>
      <div aria-live="polite">
        {result ? (
          <p className="outcome">
            <StatusMark tone={result.passed ? 'good' : 'warning'} />
            <span>
              <strong>{t(result.passed ? 'cell.passed' : 'cell.failed')}</strong>{' '}
              <Inline text={result.message[language]} />
            </span>
          </p>
        ) : null}
        {result?.hints.slice(0, hints).map((hint) => (
          <p key={hint.en} className="hint">
            <Inline text={hint[language]} />
          </p>
        ))}
      </div>
      {result && !result.passed && hints < result.hints.length ? (
        <button type="button" className="button button-quiet" onClick={() => setHints(hints + 1)}>
          {t('cell.hint')}
        </button>
      ) : null}
    </div>
  );
}
