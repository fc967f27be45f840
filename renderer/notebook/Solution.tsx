import { useTranslation } from 'react-i18next';
import type { LessonAct } from '../../engine/protocol/views.ts';
import { CommandCell } from './CommandCell.tsx';
import { FaultCell } from './FaultCell.tsx';
import { StepCell } from './StepCell.tsx';

/** What solves a lesson, in order, closed until it is asked for. */
export function Solution({ acts }: { readonly acts: readonly LessonAct[] }) {
  const { t } = useTranslation();
  return (
    <details className="solution">
      <summary>{t('lesson.solution')}</summary>
      <p>{t('lesson.in-order')}</p>
      {acts.map((act, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a solution never changes
        <ActView key={index} act={act} />
      ))}
    </details>
  );
}

function ActView({ act }: { readonly act: LessonAct }) {
  const { t } = useTranslation();
  if ('run' in act) return <CommandCell line={act.run} />;
  if ('settle' in act) return <StepCell move={{ kind: 'settle' }} label="" />;
  if ('seconds' in act) {
    const { seconds } = act;
    return <StepCell move={{ kind: 'seconds', seconds }} label={t('lesson.seconds', { count: seconds })} />;
  }
  if ('stop' in act)
    return <FaultCell action="stop" component={act.stop} label={t('lesson.stop', { component: act.stop })} />;
  return <FaultCell action="start" component={act.start} label={t('lesson.start', { component: act.start })} />;
}
