import { create } from 'zustand';
import type { Update } from '../../engine/protocol/messages.ts';
import type {
  BranchView,
  LessonSummary,
  LessonText,
  ObjectReference,
  ObjectRow,
  ProcessView,
  StateView,
  StepView,
} from '../../engine/protocol/views.ts';

export type InspectorTab = 'yaml' | 'changes' | 'events' | 'why' | 'access' | 'scheduling' | 'trace';
export type WorkTab = 'terminal' | 'editor';

/** What the window knows of the session: a projection that updates keep up to date, and what the learner looks at. */
export interface SessionState {
  readonly status: 'connecting' | 'ready' | 'failed';
  readonly failure?: string;
  readonly state?: StateView;
  readonly branches: readonly BranchView[];
  readonly processes: readonly ProcessView[];
  readonly rows: ReadonlyMap<string, ObjectRow>;
  /** The steps taken by the last move forward. */
  readonly steps: readonly StepView[];
  readonly lessons: readonly LessonSummary[];
  readonly lesson?: LessonText;
  readonly selected?: ObjectReference;
  readonly inspectorTab: InspectorTab;
  readonly workTab: WorkTab;
  /** The kind of objects in the list. */
  readonly listed: string;
}

/** What the learner looks at, which a reload of the window keeps. */
type View = Pick<SessionState, 'selected' | 'inspectorTab' | 'workTab' | 'listed'>;

const VIEW_KEY = 'orrery.view';

/** What was looked at before the reload: to be shown once the engine can answer. */
export function keptView(): Partial<View> {
  try {
    return (JSON.parse(sessionStorage.getItem(VIEW_KEY) ?? 'null') as Partial<View> | null) ?? {};
  } catch {
    return {};
  }
}

export const useSession = create<SessionState>(() => ({
  status: 'connecting',
  branches: [],
  processes: [],
  rows: new Map(),
  steps: [],
  lessons: [],
  inspectorTab: 'yaml',
  workTab: 'terminal',
  listed: 'pods',
}));

const viewOf = ({ selected, inspectorTab, workTab, listed }: SessionState) =>
  JSON.stringify({ selected, inspectorTab, workTab, listed } satisfies View);

useSession.subscribe((session, before) => {
  const view = viewOf(session);
  if (view !== viewOf(before)) sessionStorage.setItem(VIEW_KEY, view);
});

export function rowKey({ resource, namespace, name }: ObjectReference): string {
  return `${resource}/${namespace}/${name}`;
}

/** Takes in what changed. Rows that did not change keep their identity, so that only what differs is drawn again. */
export function applyUpdate(current: SessionState, update: Update): Partial<SessionState> {
  const { reset, changed, removed } = update.rows;
  let rows = current.rows;
  if (reset || changed.length > 0 || removed.length > 0) {
    const next = new Map(reset ? [] : rows);
    for (const reference of removed) next.delete(rowKey(reference));
    for (const row of changed) next.set(rowKey(row), row);
    rows = next;
  }
  return { state: update.state, branches: update.branches, processes: update.processes, rows, steps: update.steps };
}

/** Rows of one resource, by namespace and name. */
export function rowsOf(rows: ReadonlyMap<string, ObjectRow>, resource: string): ObjectRow[] {
  return [...rows.values()]
    .filter((row) => row.resource === resource)
    .sort((left, right) => compare(left.namespace, right.namespace) || compare(left.name, right.name));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
