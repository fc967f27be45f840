import { AnimatePresence, motion } from 'motion/react';
import { useTranslation } from 'react-i18next';
import type { ObjectRow } from '../../engine/protocol/views.ts';
import { ObjectName } from '../app/ObjectName.tsx';
import { StatusMark } from '../app/StatusMark.tsx';
import { said } from '../locales/said.ts';
import { select } from '../state/engine.ts';
import { rowKey, useSession } from '../state/session-store.ts';

/** A pod: shape and word for its state. A click inspects it. */
export function PodChip({ pod }: { readonly pod: ObjectRow }) {
  const isSelected = useSession(({ selected }) => selected !== undefined && rowKey(selected) === rowKey(pod));
  const { t } = useTranslation();
  const { resource, namespace, name } = pod;
  const status = said(pod.status, t);
  return (
    <AnimatePresence>
      <motion.button
        type="button"
        className={`pod pod-${pod.tone}`}
        initial={{ opacity: 0, scale: 0.9 }}
        animate={{ opacity: 1, scale: 1 }}
        transition={{ duration: 0.18 }}
        aria-pressed={isSelected}
        data-pod={name}
        title={`${name}: ${status}`}
        onClick={() => select({ resource, namespace, name })}
      >
        <StatusMark tone={pod.tone} />
        <span className="pod-name">
          <ObjectName name={name} />
        </span>
        <span className="pod-status">{status}</span>
      </motion.button>
    </AnimatePresence>
  );
}
