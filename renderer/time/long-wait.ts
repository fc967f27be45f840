import { useEffect, useRef } from 'react';
import { toast } from 'sonner';
import type { StateView } from '../../engine/protocol/views.ts';
import { translate } from '../locales/translate.ts';

/** Real milliseconds after which a learner who waits for a command is told that there is a quicker way. */
const LONG = 4_000;
const TOAST = 'long-wait';

/** Offers to settle when a command has been waiting for the cluster for long, as deleting a pod does for 30 seconds. */
export function useLongWait(state: StateView | undefined, settle: () => void): void {
  const act = useRef(settle);
  act.current = settle;
  const isForCluster = state?.isCommandRunning === true && state.editedFile === undefined;
  const isWaiting = isForCluster && state.isRunning && state.speed <= 1;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => {
      const action = { label: translate('time.settle-short'), onClick: () => act.current() };
      toast.info(translate('time.waits-long'), { id: TOAST, action });
    }, LONG);
    return () => {
      clearTimeout(timer);
      toast.dismiss(TOAST);
    };
  }, [isWaiting]);
}
