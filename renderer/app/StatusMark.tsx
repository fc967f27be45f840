import { Circle, CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Tone } from '../../engine/protocol/views.ts';

const SHAPES = { good: CircleCheck, busy: LoaderCircle, warning: TriangleAlert, bad: CircleX, idle: Circle } as const;

/** A shape for a state, next to its word: never colour alone. */
export function StatusMark({ tone }: { readonly tone: Tone }) {
  const Shape = SHAPES[tone];
  return <Shape className={`status-mark tone-${tone}`} aria-hidden />;
}
