import { create } from 'zustand';

const KEY = 'orrery.progress';

/** Answers of a lesson's cells: `<lesson>/check/<name>`, `<lesson>/predict/<name>`. */
type Progress = Readonly<Record<string, unknown>>;

function kept(): Progress {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? 'null') as Progress | null) ?? {};
  } catch {
    return {};
  }
}

const useAnswers = create<Progress>(kept);
useAnswers.subscribe((progress) => localStorage.setItem(KEY, JSON.stringify(progress)));

/** What a cell of a lesson was answered, kept over a reload; `undefined` takes it back. */
export function useAnswer<T>(lesson: string, cell: string): [T | undefined, (answer: T | undefined) => void] {
  const key = `${lesson}/${cell}`;
  const answer = useAnswers((progress) => progress[key]) as T | undefined;
  return [answer, (next) => useAnswers.setState({ [key]: next })];
}

/** A lesson begins afresh: what was answered in it is forgotten. */
export function forgetAnswers(lesson: string): void {
  const others = Object.entries(useAnswers.getState()).filter(([key]) => !key.startsWith(`${lesson}/`));
  useAnswers.setState(Object.fromEntries(others), true);
}

/** How many of these checks have passed. */
export function usePassed(lesson: string, checks: readonly string[]): number {
  return useAnswers(
    (progress) =>
      checks.filter((name) => (progress[`${lesson}/check/${name}`] as { passed?: boolean } | undefined)?.passed).length,
  );
}
