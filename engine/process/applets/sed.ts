import { complain, print, type Script } from '../program.ts';
import { linesOf, parseOptions, readInputs, refuseOption } from './applet.ts';
import { RegexError } from './regex.ts';
import { type SedAddress, type SedCommand, SedError, SedParser } from './sed-script.ts';

/** More commands on one line than this: the script runs in circles. */
const STEP_LIMIT = 100_000;

/** Runs a sed script over lines. */
class SedRun {
  private readonly commands: readonly SedCommand[];
  private readonly lines: readonly string[];
  private readonly isQuiet: boolean;
  /** For each command with two addresses: whether its range is open, and the line at which a `+N` ends. */
  private readonly open = new Map<SedCommand, number>();
  private at = 0;
  private pattern = '';
  private hold = '';
  private hasSubstituted = false;
  private appended: string[] = [];
  output = '';

  constructor(commands: readonly SedCommand[], lines: readonly string[], isQuiet: boolean) {
    this.commands = commands;
    this.lines = lines;
    this.isQuiet = isQuiet;
  }

  run(): string {
    for (this.at = 0; this.at < this.lines.length; this.at++) {
      this.pattern = this.lines[this.at] as string;
      const verdict = this.cycle();
      if (verdict !== 'delete' && verdict !== 'quit-quietly' && !this.isQuiet) this.write(this.pattern);
      for (const text of this.appended) this.write(text);
      this.appended = [];
      if (verdict === 'quit' || verdict === 'quit-quietly') break;
    }
    return this.output;
  }

  private write(text: string): void {
    this.output += `${text}\n`;
  }

  private cycle(): 'end' | 'delete' | 'quit' | 'quit-quietly' {
    let steps = 0;
    for (let index = 0; index < this.commands.length; index++) {
      if (++steps > STEP_LIMIT) throw new SedError('the script runs in circles');
      const command = this.commands[index] as SedCommand;
      if (this.applies(command) === command.isNegated) {
        if (command.name === '{') index = (command.end as number) - 1;
        continue;
      }
      if (command.name === 'd') return 'delete';
      if (command.name === 'q') return 'quit';
      if (command.name === 'Q') return 'quit-quietly';
      if (command.name === 'b' || (command.name === 't' && this.hasSubstituted)) {
        this.hasSubstituted = false;
        index = this.labelIndex(command.text ?? '') - 1;
        continue;
      }
      if (!this.act(command)) return 'quit';
    }
    return 'end';
  }

  private labelIndex(label: string): number {
    if (label === '') return this.commands.length;
    const index = this.commands.findIndex((command) => command.name === ':' && command.text === label);
    if (index < 0) throw new SedError(`can't find label '${label}'`);
    return index;
  }

  /** Does what a command says; false when the input is at its end in the middle of it. */
  private act(command: SedCommand): boolean {
    switch (command.name) {
      case 's':
        this.substitute(command);
        return true;
      case 'y':
        this.pattern = [...this.pattern]
          .map((letter) => command.other?.[command.text?.indexOf(letter) ?? -1] ?? letter)
          .join('');
        return true;
      case 'p':
        this.write(this.pattern);
        return true;
      case 'P':
        this.write(this.pattern.split('\n')[0] as string);
        return true;
      case '=':
        this.write(String(this.at + 1));
        return true;
      case 'a':
        this.appended.push(command.text ?? '');
        return true;
      case 'i':
        this.write(command.text ?? '');
        return true;
      case 'c':
        this.pattern = command.text ?? '';
        return true;
      case 'n':
        if (!this.isQuiet) this.write(this.pattern);
        return this.next((line) => line);
      case 'N':
        return this.next((line) => `${this.pattern}\n${line}`);
      default:
        this.actOnHold(command.name);
        return true;
    }
  }

  private next(join: (line: string) => string): boolean {
    const line = this.lines[this.at + 1];
    if (line === undefined) return false;
    this.at++;
    this.pattern = join(line);
    return true;
  }

  private actOnHold(name: string): void {
    if (name === 'h') this.hold = this.pattern;
    else if (name === 'H') this.hold += `\n${this.pattern}`;
    else if (name === 'g') this.pattern = this.hold;
    else if (name === 'G') this.pattern += `\n${this.hold}`;
    else if (name === 'x') [this.pattern, this.hold] = [this.hold, this.pattern];
  }

  private substitute(command: SedCommand): void {
    const { expression, replacement = '', occurrence = 1, isGlobal = false } = command;
    let count = 0;
    let hasMatched = false;
    this.pattern = this.pattern.replace(expression as RegExp, (...parts) => {
      count++;
      if (count < occurrence || (count > occurrence && !isGlobal)) return parts[0] as string;
      hasMatched = true;
      return expanded(replacement, parts as string[]);
    });
    if (!hasMatched) return;
    this.hasSubstituted = true;
    if (command.prints) this.write(this.pattern);
  }

  private applies(command: SedCommand): boolean {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.matches(from);
    const end = this.open.get(command);
    const line = this.at + 1;
    if (end === undefined) {
      if (!this.matches(from)) return false;
      const last = to.kind === 'line' ? to.line : to.kind === 'plus' ? line + to.count : Number.POSITIVE_INFINITY;
      if (last > line && !(to.kind === 'last' && this.isLast)) this.open.set(command, last);
      return true;
    }
    const isOver = Number.isFinite(end) ? line >= end : this.matches(to);
    if (isOver) this.open.delete(command);
    return !Number.isFinite(end) || line <= end;
  }

  private get isLast(): boolean {
    return this.at === this.lines.length - 1;
  }

  private matches(address: SedAddress): boolean {
    const line = this.at + 1;
    switch (address.kind) {
      case 'line':
        return line === address.line;
      case 'last':
        return this.isLast;
      case 'step':
        return address.step === 0
          ? line === address.first
          : line >= address.first && (line - address.first) % address.step === 0;
      case 'plus':
        return false;
      default:
        address.expression.lastIndex = 0;
        return address.expression.test(this.pattern);
    }
  }
}

/** A replacement with `&`, `\1` and `\n` filled in. */
function expanded(replacement: string, parts: readonly string[]): string {
  return replacement.replace(/\\([\s\S])|&/g, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return parts[0] as string;
    if (/\d/.test(escaped)) return parts[Number(escaped)] ?? '';
    if (escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    return whole.slice(1);
  });
}

export const sed: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'nErsie:', {
    quiet: 'n',
    'regexp-extended': 'E',
    expression: 'e',
    'in-place': 'i',
  });
  if (options.unknown) return yield* refuseOption('sed', options.unknown);
  const [first, ...rest] = options.operands;
  const script = options.lists.e?.join('\n') ?? first;
  if (script === undefined) {
    yield* complain('sed: no script\n');
    return 1;
  }
  const files = options.lists.e === undefined ? rest : options.operands;
  const { inputs, failed } = yield* readInputs('sed', files);
  try {
    const commands = () => new SedParser(script, options.flags.has('E') || options.flags.has('r')).parse();
    if (options.flags.has('i')) {
      for (const { name, text } of inputs) {
        yield {
          call: 'writeFile',
          path: name,
          text: new SedRun(commands(), linesOf(text), options.flags.has('n')).run(),
        };
      }
    } else {
      const lines = inputs.flatMap(({ text }) => linesOf(text));
      yield* print(new SedRun(commands(), lines, options.flags.has('n')).run());
    }
  } catch (error) {
    if (!(error instanceof SedError || error instanceof RegexError)) throw error;
    yield* complain(`sed: ${error.message}\n`);
    return 1;
  }
  return failed ? 1 : 0;
};
