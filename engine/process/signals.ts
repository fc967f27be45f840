/** Numbers of signals on Linux (signal(7)). */
export const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  WINCH: 28,
};

/** Signals that do nothing to a process without a handler here: there is no job control that stops processes. */
export const HARMLESS: readonly string[] = ['CHLD', 'CONT', 'URG', 'WINCH', 'STOP', 'TSTP', 'TTIN', 'TTOU'];

/** `TERM`, `SIGTERM`, `term`, `15` -> `TERM`; undefined for what is no signal. `EXIT` and 0 are `EXIT`, as `trap` has it. */
export function signalName(text: string): string | undefined {
  if (/^\d+$/.test(text)) {
    if (Number(text) === 0) return 'EXIT';
    return Object.keys(SIGNALS).find((name) => SIGNALS[name] === Number(text));
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  return name === 'EXIT' || SIGNALS[name] !== undefined ? name : undefined;
}
