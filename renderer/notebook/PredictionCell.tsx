import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { PredictionView } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { ask, showError } from '../state/engine.ts';
import { useSettings } from '../state/settings.ts';
import { Inline } from './Inline.tsx';
import { useAnswer } from './progress.ts';

interface Props {
  readonly lesson: string;
  readonly name: string;
  readonly question: string;
  readonly choices: readonly { readonly id: string; readonly text: string }[];
}

interface Answer {
  readonly choice: string;
  readonly outcome?: PredictionView;
}

/** A guess, answered by running a fork of the cluster. */
export function PredictionCell({ lesson, name, question, choices }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const language = useSettings((settings) => settings.language);
  const [answer, setAnswer] = useAnswer<Answer>(lesson, `predict/${name}`);
  const { choice, outcome } = answer ?? {};
  const run = () => {
    if (!choice) return;
    ask('lesson.predict', { id: lesson, prediction: name, choice })
      .then((result) => setAnswer({ choice, outcome: result }))
      .catch(showError);
  };
  return (
    <fieldset className="cell cell-predict">
      <legend>{t('cell.predict')}</legend>
      <p>
        <Inline text={question} />
      </p>
      {choices.map((option) => (
        <label key={option.id} className="choice">
          <input
            type="radio"
            name={id}
            value={option.id}
            checked={choice === option.id}
            onChange={() => setAnswer({ choice: option.id })}
          />
          <span>
            <Inline text={option.text} />
          </span>
          {outcome?.answer === option.id ? <span className="badge">{t('cell.happened')}</span> : null}
        </label>
      ))}
      <button type="button" className="button" disabled={!choice} onClick={run}>
        {t('cell.try')}
      </button>
      <div aria-live="polite">
        {outcome ? (
          <p className="outcome">
            <StatusMark tone={outcome.isRight ? 'good' : 'warning'} />
            <span>
              <strong>{t(outcome.isRight ? 'cell.right' : 'cell.wrong')}</strong>{' '}
              <Inline text={outcome.explanation[language]} />
            </span>
          </p>
        ) : null}
      </div>
    </fieldset>
  );
}
