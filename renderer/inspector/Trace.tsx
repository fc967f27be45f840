import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgendaView, StepView } from '../../engine/protocol/views.ts';
import { english } from '../../engine/sentence.ts';
import { shortName } from '../app/component-name.ts';
import { said } from '../locales/said.ts';
import { ask, showError } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { elapsed } from '../time/format.ts';
import { StepItem } from './StepItem.tsx';

const STEPS_BEFORE = 60;
const AGENDA_ITEMS = 8;

/** What comes next on the agenda, and the steps that led here, latest first. */
export function Trace() {
  const { t } = useTranslation();
  const [steps, setSteps] = useState<readonly StepView[]>([]);
  const [items, setItems] = useState<readonly AgendaView[]>([]);
  const step = useSession((session) => session.state?.shown.step ?? 0);
  const start = useSession((session) => session.state?.start ?? 0);
  const branch = useSession((session) => session.state?.branch);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another branch has another past
  useEffect(() => {
    let isCurrent = true;
    Promise.all([ask('trace.window', { from: step - STEPS_BEFORE, to: step }), ask('agenda.list', null)])
      .then(([window, agenda]) => {
        if (!isCurrent) return;
        setSteps([...window.steps].reverse());
        setItems(agenda.items.slice(0, AGENDA_ITEMS));
      })
      .catch(showError);
    return () => {
      isCurrent = false;
    };
  }, [step, branch]);
  return (
    <>
      <h3 className="list-title">{t('trace.next')}</h3>
      {items.length === 0 ? <p className="hint pad">{t('trace.nothing-next')}</p> : null}
      <ol className="agenda">
        {items.map((item) => (
          <li
            key={`${item.at} ${item.component} ${english(item.task)} ${item.cause}`}
            className={item.isBackground ? 'faint' : undefined}
          >
            <time>{elapsed(item.at - start)}</time>
            <span className="step-component" title={item.component}>
              {shortName(item.component)}
            </span>
            <span className="faint">{said(item.task, t)}</span>
          </li>
        ))}
      </ol>
      <h3 className="list-title">{t('trace.past')}</h3>
      <ol className="step-list">
        {steps.map((item) => (
          <StepItem key={item.step} step={item} />
        ))}
      </ol>
    </>
  );
}
