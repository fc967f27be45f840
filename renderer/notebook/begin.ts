import { openLesson, showError } from '../state/engine.ts';

/** Begins a lesson and takes the reader to its first line: the button that led here is gone by then. */
export function begin(lesson: string): void {
  openLesson(lesson)
    .then(() => {
      const pane = document.getElementById('pane-notebook');
      pane?.querySelector('.pane-body')?.scrollTo(0, 0);
      pane?.focus({ preventScroll: true });
    })
    .catch(showError);
}
