import { ChevronsRight, FastForward, Flag, Pause, Play, StepBack, StepForward, Timer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import type { Move } from '../../engine/protocol/messages.ts';
import type { StateView } from '../../engine/protocol/views.ts';
import { hasTurns } from '../app/component-name.ts';
import { togglePlay } from '../app/shortcuts.ts';
import { translate } from '../locales/translate.ts';
import { ask, showError, tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { Branches } from './Branches.tsx';
import { elapsed } from './format.ts';
import { useLongWait } from './long-wait.ts';
import { usePending } from './pending.ts';

const SPEEDS = [0.1, 0.25, 1, 5, 20, 100];

/** All ways to move through time. */
export function TimeBar() {
  const { t } = useTranslation();
  const state = useSession((session) => session.state);
  useLongWait(state, () => move({ kind: 'settle' }));
  return (
    <section className="time-bar" id="pane-time" data-pane="time" tabIndex={-1} aria-label={t('time.title')}>
      {state ? (
        <>
          <Moves state={state} />
          <Scrubber state={state} />
          <Clock state={state} />
          <Pace state={state} />
          <Branches state={state} />
        </>
      ) : (
        <p className="hint">{t('app.connecting')}</p>
      )}
    </section>
  );
}

/** Moves, and says so when nothing came of it. */
function move(how: Move): void {
  ask('move', how)
    .then(({ isSettled, steps }) => {
      if (how.kind === 'settle' && !isSettled) toast.info(translate('time.not-settled'));
      else if (steps === 0 && how.kind !== 'advance') toast.info(translate('time.nothing'));
    })
    .catch(showError);
}

function Moves({ state }: { readonly state: StateView }) {
  const { t } = useTranslation();
  const { isRunning } = state;
  return (
    <fieldset className="time-moves" aria-label={t('time.moves')}>
      <Action
        label={t('time.back')}
        onClick={() => tell('seek', { kind: 'by', steps: -1 })}
        isDisabled={state.shown.step === 0}
      >
        <StepBack aria-hidden />
      </Action>
      <button
        type="button"
        className="play-button"
        aria-label={t(isRunning ? 'time.pause' : 'time.play')}
        title={t(isRunning ? 'time.pause' : 'time.play')}
        onClick={togglePlay}
      >
        {isRunning ? <Pause aria-hidden /> : <Play aria-hidden />}
      </button>
      <Action label={t('time.step')} onClick={() => move({ kind: 'step' })}>
        <StepForward aria-hidden />
      </Action>
      <TurnPicker />
      <Action
        label={t('time.second')}
        text={t('time.second-short')}
        onClick={() => move({ kind: 'advance', milliseconds: 1000 })}
      >
        <Timer aria-hidden />
      </Action>
      <Action
        label={t('time.ten')}
        text={t('time.ten-short')}
        onClick={() => move({ kind: 'advance', milliseconds: 10_000 })}
      >
        <FastForward aria-hidden />
      </Action>
      <Action label={t('time.settle')} text={t('time.settle-short')} onClick={() => move({ kind: 'settle' })}>
        <Flag aria-hidden />
      </Action>
    </fieldset>
  );
}

interface ActionProps {
  readonly label: string;
  readonly text?: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Action({ label, text, isDisabled = false, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      className={text ? 'icon-button with-text' : 'icon-button'}
      aria-label={text ? `${text}: ${label}` : label}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
      {text}
    </button>
  );
}

/** One turn of a component, chosen from those that run. */
function TurnPicker() {
  const { t } = useTranslation();
  const processes = useSession((session) => session.processes);
  return (
    <label className="turn-picker" title={t('time.turn')}>
      <ChevronsRight aria-hidden />
      <select
        aria-label={t('time.turn')}
        value=""
        onChange={(event) => {
          if (event.target.value) move({ kind: 'turn', component: event.target.value });
        }}
      >
        <option value="">{t('time.turn-short')}</option>
        {processes
          .filter(({ component, isRunning }) => isRunning && hasTurns(component))
          .map(({ component }) => (
            <option key={component} value={component}>
              {component}
            </option>
          ))}
      </select>
    </label>
  );
}

function Scrubber({ state }: { readonly state: StateView }) {
  const { t } = useTranslation();
  const { head, shown } = state;
  const [step, setStep] = usePending(shown.step);
  const seek = (wanted: number) => {
    setStep(wanted);
    tell('seek', { kind: 'step', step: wanted });
  };
  const isPast = shown.step < head.step;
  return (
    <div className="scrubber">
      <input
        type="range"
        min={0}
        max={head.step}
        value={step}
        style={{ '--done': `${head.step === 0 ? 100 : (step / head.step) * 100}%` } as React.CSSProperties}
        aria-label={t('time.scrub')}
        aria-valuetext={t('time.at', { step: shown.step, time: elapsed(shown.time - state.start) })}
        onChange={(event) => seek(Number(event.target.value))}
      />
      {isPast ? (
        <button type="button" className="now-button" onClick={() => tell('seek', { kind: 'head' })}>
          {t('time.now')}
        </button>
      ) : (
        <span className="now-space" aria-hidden>
          {t('time.present')}
        </span>
      )}
    </div>
  );
}

/** A command that waits for the learner to move time must not look as if it hung. */
function wordOf({ shown, head, isCommandRunning, isRunning, isSettled }: StateView) {
  if (shown.step < head.step) return 'past';
  if (isCommandRunning && !isRunning) return 'held';
  return isSettled ? 'settled' : 'moving';
}

function Clock({ state }: { readonly state: StateView }) {
  const { t } = useTranslation();
  const { shown, head, start, isCommandRunning } = state;
  const isPast = shown.step < head.step;
  const word = wordOf(state);
  return (
    <dl className="clock" data-testid="clock" data-command={isCommandRunning ? 'running' : 'none'}>
      <div>
        <dt>{t('time.step-label')}</dt>
        <dd>
          {shown.step}
          {isPast ? <span className="faint"> / {head.step}</span> : null}
        </dd>
      </div>
      <div>
        <dt>{t('time.clock')}</dt>
        <dd>{elapsed(shown.time - start)}</dd>
      </div>
      <div className="clock-state">
        <dt className="visually-hidden">{t('time.state')}</dt>
        <dd
          className={word === 'held' ? 'is-held' : undefined}
          title={word === 'held' ? t('time.hold-hint') : undefined}
        >
          {t(`time.${word}`)}
        </dd>
      </div>
    </dl>
  );
}

/** How fast a playing session runs, and whether commands run by themselves. */
function Pace({ state: { speed, isPlaying, holdsCommands } }: { readonly state: StateView }) {
  const { t } = useTranslation();
  const [shownSpeed, setShownSpeed] = usePending(speed);
  const [holds, setHolds] = usePending(holdsCommands);
  const setSpeed = (chosen: number) => {
    setShownSpeed(chosen);
    tell('play', { speed: chosen });
    if (!isPlaying) tell('pause', null);
  };
  return (
    <div className="pace">
      <select
        className="select"
        aria-label={t('time.speed')}
        title={t('time.speed')}
        value={shownSpeed}
        onChange={(event) => setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((value) => (
          <option key={value} value={value}>
            {value}×
          </option>
        ))}
      </select>
      <label className="check-label" title={t('time.hold-hint')}>
        <input
          type="checkbox"
          checked={holds}
          onChange={(event) => {
            setHolds(event.target.checked);
            tell('hold', { holds: event.target.checked });
          }}
        />
        {t('time.hold')}
      </label>
    </div>
  );
}
