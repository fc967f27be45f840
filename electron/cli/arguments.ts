/** A command line that cannot be understood; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Arguments {
  readonly positional: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

/** Splits `--name value`, `--name=value` and positional arguments; `known` lists the flags that exist. */
export function parseArguments(argv: readonly string[], known: readonly string[]): Arguments {
  const positional: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith('--')) {
      positional.push(word);
      continue;
    }
    const [name, inline] = word.slice(2).split(/=(.*)/s) as [string, string | undefined];
    if (!known.includes(name)) {
      const names = known.map((flag) => `--${flag}`).join(', ');
      throw new UsageError(`unknown flag --${name}; ${names === '' ? 'there are none here' : `known are ${names}`}`);
    }
    const value = inline ?? argv[++at];
    if (value === undefined) throw new UsageError(`flag --${name} needs a value`);
    flags.set(name, value);
  }
  return { positional, flags };
}

/** A flag as a whole number of at least `least`. */
export function wholeNumber(flags: ReadonlyMap<string, string>, name: string, otherwise: number, least = 0): number {
  const text = flags.get(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new UsageError(`--${name} takes a whole number of at least ${least}, not "${text}"`);
  }
  return value;
}
