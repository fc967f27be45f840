import type { Moment } from '../sim/moment.ts';
import type { Session } from '../sim/session.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { EngineMessage } from './messages.ts';
import { Projection } from './projection.ts';
import { stepView } from './steps.ts';
import { editedFile, isCommandRunning, messagesOf, TerminalFeed } from './terminal.ts';
import type { ProcessView, StateView, StepView } from './views.ts';
import type { Workspace } from './workspace.ts';

/** So many of the last steps are told with an update; the rest can be asked for. */
const TOLD_STEPS = 40;

type Settings = Pick<StateView, 'lesson' | 'isPlaying' | 'isRunning' | 'speed' | 'holdsCommands'>;

/** Tells the window what changed since it was last told. */
export class Updates {
  private readonly emit: (message: EngineMessage) => void;
  private readonly projection = new Projection();
  private readonly terminal = new TerminalFeed();
  private session: Session | undefined;
  private step = 0;

  constructor(emit: (message: EngineMessage) => void) {
    this.emit = emit;
  }

  subscribe(resources: readonly string[] | 'all'): void {
    this.projection.subscribe(resources);
    this.terminal.reset();
  }

  reset(): void {
    this.projection.reset();
    this.terminal.reset();
    this.session = undefined;
  }

  push(workspace: Workspace, settings: Settings): void {
    const { session, step } = workspace;
    const isSame = session === this.session;
    if (!isSame) this.projection.reset();
    const from = isSame ? this.step : step;
    const rows = this.projection.delta(session, from, step);
    const output = this.terminal.advance(session, step);
    this.session = session;
    this.step = step;
    this.emit({
      event: 'update',
      update: {
        state: stateOf(workspace, settings),
        branches: workspace.views(),
        processes: processesAt(session, step),
        rows,
        steps: stepsBetween(session, from, step),
      },
    });
    for (const terminal of output ? messagesOf(output) : []) this.emit({ event: 'terminal', terminal });
  }
}

function stateOf(workspace: Workspace, settings: Settings): StateView {
  const { session, shown } = workspace;
  const moment = session.moment(shown.step);
  const file = isCommandRunning(moment) ? editedFile(moment) : undefined;
  return {
    ...settings,
    branch: workspace.current.id,
    start: parseTimestamp(session.config.startTime),
    head: session.head,
    shown,
    isSettled: workspace.isSettled,
    isCommandRunning: isCommandRunning(moment),
    ...(file === undefined ? {} : { editedFile: file }),
  };
}

function stepsBetween(session: Session, from: number, to: number): StepView[] {
  if (to <= from) return [];
  return session.trace(Math.max(from + 1, to - TOLD_STEPS + 1), to).map((record) => stepView(session, record));
}

const API_SERVER = 'kube-apiserver';

/** Links are kept under the names of both ends, the lesser one first (see `Processes`). */
function isCut(memory: ReturnType<Moment['memory']>, component: string): boolean {
  const ends = component < API_SERVER ? `${component}|${API_SERVER}` : `${API_SERVER}|${component}`;
  return memory.get(`link:${ends}`) !== undefined;
}

function processesAt(session: Session, step: number): ProcessView[] {
  const moment = session.moment(step);
  const memory = moment.memory('$processes');
  return memory.keys('process:').map((key) => {
    const component = key.slice('process:'.length);
    return { component, isRunning: moment.isRunning(component), isCutOff: isCut(memory, component) };
  });
}
