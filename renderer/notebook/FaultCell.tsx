import { Power, PowerOff } from 'lucide-react';
import { tell } from '../state/engine.ts';

interface Props {
  readonly action: 'stop' | 'start';
  readonly component: string;
  readonly label: string;
}

/** Stops or starts a process. */
export function FaultCell({ action, component, label }: Props) {
  const Icon = action === 'stop' ? PowerOff : Power;
  return (
    <div className="cell cell-step">
      <button type="button" className="button" onClick={() => tell('fault', { kind: action, component })}>
        <Icon aria-hidden />
        {label || `${action} ${component}`}
      </button>
    </div>
  );
}
