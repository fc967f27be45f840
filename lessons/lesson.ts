import type { ClusterOptions, Session } from '../engine/index.ts';
import type { LessonAct } from '../engine/protocol/views.ts';

/** A text in both languages; neither is a translation of lesser rank. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** What a check found. When it fails, `message` says why, and `hints` (computed from the state) what to try. */
export interface CheckResult {
  readonly passed: boolean;
  readonly message: Bilingual;
  readonly hints: readonly Bilingual[];
}

/** A question about the cluster as it is, or about everything that has happened in it. */
export type Check = (session: Session) => CheckResult;

/** Runs a fork, which it may use up, and tells which of the choices came true and why. */
export type Prediction = (fork: Session) => { readonly answer: string; readonly explanation: Bilingual };

/** Something a learner does, as data: a solution's acts, and for wrong answers also a file that was changed. */
export type Act =
  | LessonAct
  /** Applies a file of the lesson, edited by replacing one text by another where `edit` is given. */
  | { readonly apply: string; readonly edit?: readonly [from: string, to: string] };

/** An attempt that must not pass, with the check that says so. */
export interface WrongAnswer {
  readonly why: string;
  readonly acts: readonly Act[];
  readonly fails: string;
}

/** Everything of a lesson that is not prose. The cells of `en` and `zh` name `checks` and `predictions`. */
export interface Lesson {
  /** Place in the curriculum, `0.1`. */
  readonly id: string;
  readonly minutes: number;
  readonly cluster: ClusterOptions;
  /** Markdown, see `cells.ts`. */
  readonly en: string;
  readonly zh: string;
  readonly files: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, Check>>;
  readonly predictions: Readonly<Record<string, Prediction>>;
  readonly solution: readonly LessonAct[];
  readonly wrongAnswers: readonly WrongAnswer[];
}

/** A check that passes. */
export function pass(en: string, zh: string): CheckResult {
  return { passed: true, message: { en, zh }, hints: [] };
}

/** A check that fails: why, and what may help. */
export function fail(en: string, zh: string, ...hints: readonly Bilingual[]): CheckResult {
  return { passed: false, message: { en, zh }, hints };
}
