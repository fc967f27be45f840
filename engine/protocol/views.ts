import type { RepeatedDecision } from '../apiserver/authorization/access-decisions.ts';
import type { Json, KubeObject } from '../object.ts';
import type { DecisionRecord } from '../scheduler/decision-record.ts';
import type { Sentence, Text } from '../sentence.ts';

/** Names one object. `resource` is `pods` or `deployments.apps`; `namespace` is `''` for cluster-scoped objects. */
export interface ObjectReference {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** How a state reads to a person; the window adds a shape and a word, never the colour alone. */
export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'idle';

/** One object as lists and the map show it. */
export interface ObjectRow extends ObjectReference {
  readonly kind: string;
  readonly uid: string;
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly tone: Tone;
  /** In Kubernetes' words (`Running`, `ContainerCreating`, `NotReady`), or counted in ours: `2/3 ready`. */
  readonly status: Text;
  /** Pods: the node they are bound to. */
  readonly node?: string;
  /** Pods: containers ready, and how many there are. */
  readonly ready?: string;
  readonly restarts?: number;
  readonly address?: string;
  readonly owner?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rows that appeared or changed, and objects that went away, since the last such message. */
export interface RowDelta {
  /** Forget everything known before. */
  readonly reset: boolean;
  readonly changed: readonly ObjectRow[];
  readonly removed: readonly ObjectReference[];
}

/** A process of the cluster, and whether it runs. */
export interface ProcessView {
  readonly component: string;
  readonly isRunning: boolean;
  /** The link to the API server is cut. */
  readonly isCutOff: boolean;
}

/** A change of the store made by a step. */
export interface WriteView extends ObjectReference {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
}

/** Something that travelled from one component to another within a step. */
export interface MessageView {
  readonly from: string;
  readonly to: string;
  readonly summary: Text;
}

/** One step of the trace, ready to be shown. */
export interface StepView {
  readonly step: number;
  readonly time: number;
  readonly component: string;
  /** What the component did. */
  readonly task: Sentence;
  readonly cause: number;
  /** The step came from outside. */
  readonly isInput: boolean;
  /** What came in, for an input: a command line, a fault, a request. */
  readonly detail?: string;
  readonly messages: readonly MessageView[];
  readonly notes: readonly Sentence[];
  readonly writes: readonly WriteView[];
  readonly failure?: string;
}

/** Work that waits on the agenda. */
export interface AgendaView {
  readonly at: number;
  readonly component: string;
  readonly task: Sentence;
  readonly isBackground: boolean;
  readonly cause: number;
}

/** One line of history; all of them stay side by side. */
export interface BranchView {
  readonly id: string;
  readonly name: string;
  readonly parent?: string;
  readonly forkedAt: number;
  readonly head: Point;
  readonly isCurrent: boolean;
}

/** A place in a branch. */
export interface Point {
  readonly step: number;
  readonly time: number;
}

/** Where the window is, and what can be done from there. */
export interface StateView {
  readonly branch: string;
  readonly lesson?: string;
  readonly start: number;
  readonly head: Point;
  readonly shown: Point;
  readonly isPlaying: boolean;
  /** Time moves by itself: something plays, or a command is being followed to its end. */
  readonly isRunning: boolean;
  readonly speed: number;
  /** Only work that recurs for ever waits. */
  readonly isSettled: boolean;
  /** Time stands still while a command runs in the terminal, so that it can be stepped through. */
  readonly holdsCommands: boolean;
  readonly isCommandRunning: boolean;
  /** A program in the terminal wants this file edited, and waits. */
  readonly editedFile?: string;
}

/** What helps against a problem; the window says it in the learner's language. */
export type Remedy = 'write-object' | 'correct-yaml' | 'correct-field' | 'start-api-server' | 'choose-session';

/** What is wrong (in Kubernetes' words, where it says so), where, and what helps. Lines and columns count from 1. */
export interface Problem {
  readonly message: Text;
  readonly remedy?: Remedy;
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
}

/** What became of one document of a manifest. */
export interface AppliedView {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly outcome: 'created' | 'configured' | 'unchanged';
}

/** One version of an object. */
export interface VersionView extends Point {
  readonly type: WriteView['type'];
  readonly revision: number;
  readonly component: string;
}

/** An object at a step, with the versions around it. */
export interface ObjectView {
  readonly reference: ObjectReference;
  readonly object?: KubeObject;
  readonly yaml: string;
  /** The state before the last change, empty for a new object. */
  readonly previousYaml: string;
  readonly version?: VersionView;
  readonly events: readonly EventLine[];
}

/** One decision of the scheduler with the whole table behind it. */
export type DecisionView = DecisionRecord;

/** What the API server decided about a request, by which rule or why not, and how often. */
export type AccessView = RepeatedDecision;

/** A Kubernetes Event about an object. */
export interface EventLine {
  readonly type: string;
  readonly reason: string;
  readonly message: Text;
  readonly count: number;
  readonly source: string;
  readonly time: number;
}

/** A text in both languages. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

export interface LessonSummary {
  readonly id: string;
  readonly title: Bilingual;
  readonly summary: Bilingual;
  readonly minutes: number;
}

/** Something a learner does: a line in the terminal, letting time pass, a process stopped or started. */
export type LessonAct =
  | { readonly run: string }
  | { readonly seconds: number }
  | { readonly settle: true }
  | { readonly stop: string }
  | { readonly start: string };

/** A lesson's Markdown in both languages, cells as fenced blocks, its files, and what solves it, in order. */
export interface LessonText extends LessonSummary {
  readonly text: Bilingual;
  readonly files: Readonly<Record<string, string>>;
  readonly solution: readonly LessonAct[];
}

/** What a check found: it passes, or says why not and what may help, from the state as it is. */
export interface CheckView {
  readonly passed: boolean;
  readonly message: Bilingual;
  readonly hints: readonly Bilingual[];
}

/** What running a fork showed about a prediction. */
export interface PredictionView {
  readonly answer: string;
  readonly isRight: boolean;
  readonly explanation: Bilingual;
  /** How long the fork ran, virtual milliseconds. */
  readonly ran: number;
}

/** A name to complete what stands before the cursor, and what it replaces. */
export interface CompletionView {
  readonly start: number;
  readonly candidates: readonly string[];
  /** A word that may go on (`pods.spec.`): no space behind it. */
  readonly isOpen?: boolean;
}

export type JsonSchema = Readonly<Record<string, Json>>;
