import type { ClusterOptions } from '../config.ts';
import type { Text } from '../sentence.ts';
import type {
  AccessView,
  AgendaView,
  AppliedView,
  BranchView,
  CheckView,
  CompletionView,
  DecisionView,
  JsonSchema,
  LessonSummary,
  LessonText,
  ObjectReference,
  ObjectView,
  PredictionView,
  Problem,
  ProcessView,
  RowDelta,
  StateView,
  StepView,
  VersionView,
} from './views.ts';

/** A way to move forward in time. */
export type Move =
  | { readonly kind: 'step' }
  | { readonly kind: 'turn'; readonly component: string }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'settle'; readonly limit?: number };

/** A place to look at. */
export type Place =
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'time'; readonly time: number }
  /** So many steps from the shown one. */
  | { readonly kind: 'by'; readonly steps: number }
  | { readonly kind: 'head' }
  /** The step that last changed an object, at or before the shown one. */
  | { readonly kind: 'change'; readonly object: ObjectReference };

/** Something done to the cluster from outside. */
export type Fault =
  | { readonly kind: 'stop' | 'start'; readonly component: string }
  | { readonly kind: 'cut' | 'heal'; readonly from: string; readonly to: string }
  | { readonly kind: 'add-node' };

/** Every request of the window: what it sends, what it gets. One line here, one handler in `engine-host.ts`. */
export interface Methods {
  'session.create': { params: { readonly options?: ClusterOptions }; result: null };
  /** Opens a saved session or workspace. A file that cannot be used is refused and nothing changes. */
  'session.load': { params: { readonly text: string }; result: null };
  /** All branches, the place shown and the lesson, as one file. */
  'session.save': { params: null; result: { readonly text: string } };
  'session.digest': { params: null; result: { readonly digest: string } };
  /** Offers this very cluster to kubectl and other clients of the machine; `command` is for a shell. */
  'clients.connect': { params: null; result: { readonly url: string; readonly command: string } };
  'lesson.list': { params: null; result: { readonly lessons: readonly LessonSummary[] } };
  /** Begins a lesson afresh in its own cluster. */
  'lesson.open': { params: { readonly id: string }; result: LessonText };
  /** The text of a lesson, without touching the session. */
  'lesson.read': { params: { readonly id: string }; result: LessonText };
  'lesson.check': { params: { readonly id: string; readonly check: string }; result: CheckView };
  'lesson.predict': {
    params: { readonly id: string; readonly prediction: string; readonly choice: string };
    result: PredictionView;
  };
  move: { params: Move; result: { readonly steps: number; readonly isSettled: boolean } };
  play: { params: { readonly speed: number }; result: null };
  pause: { params: null; result: null };
  hold: { params: { readonly holds: boolean }; result: null };
  seek: { params: Place; result: { readonly step: number } };
  'branch.list': { params: null; result: { readonly branches: readonly BranchView[] } };
  /** Continues from the shown moment on a line of its own. */
  'branch.fork': { params: { readonly name?: string }; result: { readonly id: string } };
  'branch.switch': { params: { readonly id: string }; result: null };
  fault: { params: Fault; result: null };
  /** Resources whose rows are to be pushed with every update, or `all`; the first update carries them all. */
  'rows.subscribe': { params: { readonly resources: readonly string[] | 'all' }; result: null };
  /** The scheduler's last decision about a pod up to the shown moment; null when it had not come to it by then. */
  'scheduling.explain': { params: { readonly object: ObjectReference }; result: DecisionView | null };
  /** The latest decisions of the API server that concern an object, up to the shown moment, latest first. */
  'access.explain': {
    params: { readonly object: ObjectReference };
    result: { readonly decisions: readonly AccessView[] };
  };
  'object.get': { params: { readonly object: ObjectReference; readonly step?: number }; result: ObjectView };
  'object.versions': {
    params: { readonly object: ObjectReference };
    result: { readonly versions: readonly VersionView[] };
  };
  'object.delete': { params: { readonly object: ObjectReference }; result: null };
  'trace.window': {
    params: { readonly from: number; readonly to: number };
    result: { readonly steps: readonly StepView[] };
  };
  /** The chain of causes, latest first, from an object's last change or a step back to what came from outside. */
  'trace.why': {
    params: { readonly object?: ObjectReference; readonly step?: number };
    result: { readonly chain: readonly StepView[] };
  };
  'agenda.list': { params: null; result: { readonly items: readonly AgendaView[] } };
  'terminal.type': { params: { readonly text: string; readonly holds?: boolean }; result: null };
  'terminal.interrupt': { params: null; result: null };
  'terminal.resize': { params: { readonly columns: number; readonly rows: number }; result: null };
  'terminal.complete': { params: { readonly line: string }; result: CompletionView };
  /** The text of a file on the learner's machine, at the shown moment; empty when it is not there. */
  'file.read': { params: { readonly path: string }; result: { readonly text: string } };
  /** Writes a file into the learner's home folder, or where its absolute path says. */
  'file.write': { params: { readonly path: string; readonly text: string }; result: null };
  'manifest.apply': {
    params: { readonly text: string };
    result: { readonly applied: readonly AppliedView[]; readonly problems: readonly Problem[] };
  };
  'schema.get': { params: null; result: { readonly schema: JsonSchema } };
}

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]['params'];
export type Result<M extends MethodName> = Methods[M]['result'];

/** From the window to the engine. */
export interface WindowMessage {
  readonly id: number;
  readonly method: MethodName;
  readonly params: unknown;
}

/** From the engine to the window: an answer, a failure, or news. */
export type EngineMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Problem }
  | { readonly event: 'update'; readonly update: Update }
  | { readonly event: 'terminal'; readonly terminal: TerminalOutput }
  | { readonly event: 'notice'; readonly notice: Notice };

/** What changed since the last update: where we are, the rows, and the steps that were taken on the way there. */
export interface Update {
  readonly state: StateView;
  readonly branches: readonly BranchView[];
  readonly processes: readonly ProcessView[];
  readonly rows: RowDelta;
  /** Steps between the last shown moment and this one when it moved forward, at most the last 40. */
  readonly steps: readonly StepView[];
}

/** Text for the terminal; with `reset` the screen is cleared first, since time was moved. */
export interface TerminalOutput {
  readonly reset: boolean;
  readonly text: string;
}

/** Something the window should tell the learner. The code is translated by the window. */
export interface Notice {
  readonly code: 'forked' | 'not-settled' | 'failure' | 'set-aside';
  readonly values: Readonly<Record<string, number | Text>>;
}
