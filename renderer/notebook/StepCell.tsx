import { Flag, StepBack, StepForward, Timer, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { StepMove } from '../../lessons/cells.ts';
import { tell } from '../state/engine.ts';

const ICONS = { event: StepForward, settle: Flag, back: StepBack, seconds: Timer, turn: UserRound } as const;

interface Props {
  readonly move: StepMove;
  readonly label: string;
}

/** A way to move in time, as a button. */
export function StepCell({ move, label }: Props) {
  const { t } = useTranslation();
  const Icon = ICONS[move.kind];
  return (
    <div className="cell cell-step">
      <button type="button" className="button button-time" onClick={() => act(move)}>
        <Icon aria-hidden />
        {label || t(`cell.move-${move.kind}`)}
      </button>
    </div>
  );
}

function act(move: StepMove): void {
  switch (move.kind) {
    case 'event':
      return tell('move', { kind: 'step' });
    case 'back':
      return tell('seek', { kind: 'by', steps: -1 });
    case 'settle':
      return tell('move', { kind: 'settle' });
    case 'seconds':
      return tell('move', { kind: 'advance', milliseconds: move.seconds * 1000 });
    case 'turn':
      return tell('move', { kind: 'turn', component: move.component });
  }
}
