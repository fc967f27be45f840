import { useTranslation } from 'react-i18next';
import type { ObjectReference } from '../../engine/protocol/views.ts';
import { useAnswer } from '../state/use-answer.ts';
import { StepItem } from './StepItem.tsx';

/** The chain of causes from an object's last change back to what came from outside. */
export function Why({ reference }: { readonly reference: ObjectReference }) {
  const { t } = useTranslation();
  const chain = useAnswer('trace.why', { object: reference })?.chain;
  if (!chain) return null;
  if (chain.length === 0) return <p className="hint pad">{t('inspector.no-chain')}</p>;
  return (
    <>
      <p className="hint pad">{t('inspector.why-hint')}</p>
      <ol className="step-list chain">
        {chain.map((item) => (
          <StepItem key={item.step} step={item} />
        ))}
      </ol>
    </>
  );
}
