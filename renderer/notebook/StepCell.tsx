import { Flag, StepBack, StepForward, Timer, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Move } from '../../engine/protocol/messages.ts';
import type { StepMove } from '../../lessons/index.ts';
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
  if (move.kind === 'back') tell('seek', { kind: 'by', steps: -1 });
  else tell('move', engineMove(move));
}

function engineMove(move: Exclude<StepMove, { kind: 'back' }>): Move {
  switch (move.kind) {
    case 'event':
      return { kind: 'step' };
    case 'settle':
      return { kind: 'settle' };
    case 'seconds':
      return { kind: 'advance', milliseconds: move.seconds * 1000 };
    case 'turn':
      return { kind: 'turn', component: move.component };
  }
}
