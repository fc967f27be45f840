import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectReference, StepView } from '../../engine/protocol/views.ts';
import { ask, showError } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { StepItem } from './StepItem.tsx';

/** The chain of causes from an object's last change back to what came from outside. */
export function Why({ reference }: { readonly reference: ObjectReference }) {
  const { t } = useTranslation();
  const [chain, setChain] = useState<readonly StepView[]>();
  const step = useSession((session) => session.state?.shown.step);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a move of time changes the chain
  useEffect(() => {
    let isCurrent = true;
    ask('trace.why', { object: reference })
      .then((answer) => isCurrent && setChain(answer.chain))
      .catch(showError);
    return () => {
      isCurrent = false;
    };
  }, [reference, step]);
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
