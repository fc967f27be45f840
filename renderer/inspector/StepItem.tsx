import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StepView } from '../../engine/protocol/views.ts';
import { english } from '../../engine/sentence.ts';
import { shortName } from '../app/component-name.ts';
import { said } from '../locales/said.ts';
import { select, tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { elapsed } from '../time/format.ts';

/** A step that wrote more, as the first one of a cluster did, shows the rest when asked. */
const SHOWN_WRITES = 6;

/** One step of the trace: a click goes there, a click on what it wrote inspects that. */
export function StepItem({ step }: { readonly step: StepView }) {
  const { t } = useTranslation();
  const start = useSession((session) => session.state?.start ?? 0);
  const isShown = useSession((session) => session.state?.shown.step === step.step);
  return (
    <li className={step.isInput ? 'step-item step-input' : 'step-item'} aria-current={isShown ? 'step' : undefined}>
      <button type="button" className="step-link" onClick={() => tell('seek', { kind: 'step', step: step.step })}>
        <span className="step-number">{step.step}</span>
        <span className="step-component" title={step.component}>
          {shortName(step.component)}
        </span>
        <span className="step-task">{step.isInput ? t('trace.input') : said(step.task, t)}</span>
        <time>{elapsed(step.time - start)}</time>
      </button>
      {step.detail ? <code className="step-detail">{step.detail.trimEnd()}</code> : null}
      {step.notes.map((note) => (
        <p key={english(note)} className="step-note">
          {said(note, t)}
        </p>
      ))}
      {step.failure ? <p className="step-failure">{step.failure}</p> : null}
      {step.writes.length > 0 ? <Writes writes={step.writes} /> : null}
    </li>
  );
}

function Writes({ writes }: Pick<StepView, 'writes'>) {
  const { t } = useTranslation();
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? writes : writes.slice(0, SHOWN_WRITES);
  return (
    <p className="step-writes">
      {shown.map(({ resource, namespace, name, type, revision }) => (
        <button type="button" key={revision} className="write" onClick={() => select({ resource, namespace, name })}>
          <span className="write-type">{t(`trace.${type}`)}</span> {resource.split('.')[0]}/{name}
        </button>
      ))}
      {shown.length < writes.length ? (
        <button type="button" className="write write-type" onClick={() => setShowsAll(true)}>
          {t('trace.more', { count: writes.length - shown.length })}
        </button>
      ) : null}
    </p>
  );
}
