import { AnimatePresence, motion } from 'motion/react';
import type { ObjectRow } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { select } from '../state/engine.ts';
import { rowKey, useSession } from '../state/session-store.ts';

/** A longer last part is no suffix, but a name of its own. */
const LONGEST_SUFFIX = 10;

/** Where room is scarce the middle gives way: pods of one owner differ in their last letters only. */
function PodName({ name }: { readonly name: string }) {
  const suffix = name.slice(name.lastIndexOf('-') + 1);
  const cut =
    suffix.length < name.length && suffix.length <= LONGEST_SUFFIX ? name.length - suffix.length : name.length;
  return (
    <span className="pod-name">
      <span className="pod-name-start">{name.slice(0, cut)}</span>
      {name.slice(cut)}
    </span>
  );
}

/** A pod: shape and word for its state. A click inspects it. */
export function PodChip({ pod }: { readonly pod: ObjectRow }) {
  const isSelected = useSession(({ selected }) => selected !== undefined && rowKey(selected) === rowKey(pod));
  const { resource, namespace, name } = pod;
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
        title={`${name}: ${pod.status}`}
        onClick={() => select({ resource, namespace, name })}
      >
        <StatusMark tone={pod.tone} />
        <PodName name={name} />
        <span className="pod-status">{pod.status}</span>
      </motion.button>
    </AnimatePresence>
  );
}
