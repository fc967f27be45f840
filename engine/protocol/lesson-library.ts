import type { ClusterOptions } from '../config.ts';
import type { Session } from '../sim/session.ts';
import type { CheckView, LessonText, PredictionView } from './views.ts';

/** A lesson as the host runs it. The lessons themselves live outside of the engine and are handed to the host. */
export interface HostedLesson extends LessonText {
  readonly cluster: ClusterOptions;
  /** Brings a fresh session to the lesson's starting point. */
  prepare?(session: Session): void;
  check(check: string, session: Session): CheckView;
  /** Runs a fork of the session, which it may use up, to see what happens. */
  predict(prediction: string, choice: string, fork: Session): PredictionView;
}
