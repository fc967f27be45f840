import { complain, readAll, type Syscall } from '../../program.ts';
import { isFailure, reasonOf } from '../applet.ts';

export type Running<Result> = Generator<Syscall, Result, unknown>;

/** What a command of `openssl` is asked for: options that are set, options with their last value, and the rest. */
export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly operands: readonly string[];
}

/** A command's own complaint; ends it with exit code 1. */
export class OpensslError extends Error {
  override readonly name = 'OpensslError';
}

/** Reads options as OpenSSL writes them: one dash, whole words. `taking` lists those with a value. */
export function argumentsOf(
  command: string,
  words: readonly string[],
  flags: readonly string[],
  taking: readonly string[],
): Arguments {
  const set = new Set<string>();
  const lists: Record<string, string[]> = {};
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const name = word.replace(/^--?/, '');
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (flags.includes(name)) set.add(name);
    else if (taking.includes(name)) {
      const value = words[++at];
      if (value === undefined) throw new OpensslError(`${command}: Option -${name} needs a value`);
      lists[name] = [...(lists[name] ?? []), value];
    } else throw new OpensslError(`${command}: Unknown option or not simulated: -${name}`);
  }
  const values = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.at(-1) as string]));
  return { flags: set, values, lists, operands };
}

/** The text of a file, or standard input where none is named. `what` is what it should hold: `certificate`. */
export function* input(path: string | undefined, what: string): Running<string> {
  if (path === undefined || path === '-') return yield* readAll(0);
  const text = (yield { call: 'readFile', path }) as string | { readonly error: string };
  if (!isFailure(text)) return text;
  throw new OpensslError(`Could not open file or uri for loading ${what} from ${path}: ${reasonOf(text.error)}`);
}

/** Writes a file, or to standard output where none is named. Keys are nobody else's business. */
export function* output(path: string | undefined, text: string, mode = 0o644): Running<void> {
  if (path === undefined || path === '-') {
    if (text !== '') yield { call: 'write', fd: 1, text };
    return;
  }
  const answer = (yield { call: 'writeFile', path, text, mode }) as { readonly error: string } | null;
  if (answer !== null && isFailure(answer)) {
    throw new OpensslError(`Can't open "${path}" for writing, ${reasonOf(answer.error)}`);
  }
}

/** PEM is text; DER is not, and files here hold text. */
export function refuseDer({ values }: Arguments): void {
  const forms = [values.inform, values.outform, values.keyform].map((form) => form?.toUpperCase());
  if (forms.includes('DER')) throw new OpensslError('The form DER is not simulated: files hold text here. Use PEM.');
}

/** Runs a command and says what went wrong. */
export function* reporting(run: () => Running<number>): Running<number> {
  try {
    return yield* run();
  } catch (error) {
    if (!(error instanceof OpensslError)) throw error;
    yield* complain(`${error.message}\n`);
    return 1;
  }
}
