import { extended } from '../object.ts';
import type { Sentence } from '../sentence.ts';
import type { Task } from './task.ts';

/** A call made within a step, for the trace and for the map: who spoke to whom about what. */
export interface CallRecord {
  readonly from: string;
  readonly to: string;
  /** `PATCH /api/v1/namespaces/default/pods/web/status`, `RunPodSandbox`. */
  readonly summary: string;
}

/** What a component said it did. */
export interface NoteRecord {
  readonly component: string;
  readonly sentence: Sentence;
  readonly about?: { readonly resource: string; readonly namespace?: string; readonly name: string };
}

/** One step: one turn of one component. Steps are numbered from 1; step 0 is the empty cluster. */
export interface StepRecord {
  readonly step: number;
  readonly time: number;
  readonly component: string;
  readonly task: Task;
  /** The step that put the task on the agenda. For an input: its own number. */
  readonly cause: number;
  /** Number of the input that came in with this step, if one did. */
  readonly input?: number;
  /** Store revisions before and after: the step wrote the revisions between them. */
  readonly fromRevision: number;
  readonly toRevision: number;
  readonly calls: readonly CallRecord[];
  readonly notes: readonly NoteRecord[];
  /** Its task was idle work, which may be passed over while nothing else happens. */
  readonly idle?: true;
  /** A defect: the component threw. The step's changes up to there stand, the cluster goes on. */
  readonly failure?: string;
}

const NONE: readonly never[] = [];

/** What the timeline knows of a step by itself. */
type StepFields = Omit<StepRecord, 'calls' | 'notes' | 'failure' | 'input' | 'idle'> & {
  readonly input: number | undefined;
  readonly idle: true | undefined;
};

/** Gathers what happens during one step. */
export class StepRecorder {
  private calls: CallRecord[] | undefined;
  private notes: NoteRecord[] | undefined;
  failure: string | undefined;

  call(from: string, to: string, request: object): void {
    const record: CallRecord = { from, to, summary: summaryOf(request) };
    if (this.calls) this.calls.push(record);
    else this.calls = [record];
  }

  note(note: NoteRecord): void {
    if (this.notes) this.notes.push(note);
    else this.notes = [note];
  }

  record(fields: StepFields): StepRecord {
    const { step, time, component, task, cause, input, fromRevision, toRevision, idle } = fields;
    // Copied to their size: what grows is given room to spare, and records are kept for ever.
    const calls = this.calls?.slice() ?? NONE;
    const notes = this.notes?.slice() ?? NONE;
    const { failure } = this;
    const record = { step, time, component, task, cause, fromRevision, toRevision, calls, notes };
    if (input === undefined && failure === undefined && idle === undefined) return record;
    return extended(record, {
      ...(input === undefined ? {} : { input }),
      ...(idle === undefined ? {} : { idle }),
      ...(failure === undefined ? {} : { failure }),
    });
  }
}

function summaryOf(request: object): string {
  const asked = request as { method?: string; path?: string; call?: string; kind?: string };
  if (asked.method !== undefined) return `${asked.method} ${asked.path}`;
  return asked.call ?? asked.kind ?? 'call';
}
