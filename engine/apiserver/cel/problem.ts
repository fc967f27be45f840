/** Something wrong with the text of an expression, at an offset in characters. */
export interface Problem {
  readonly at: number;
  readonly message: string;
}

/** Raised where reading an expression can't go on. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(at: number, message: string) {
    super(message);
    this.problem = { at, message };
  }
}

/**
 * Problems as CEL's compiler prints them: place, message, the line and a mark under it.
 *
 *     ERROR: <input>:1:5: undefined field 'c'
 *      | self.c == 1
 *      | ....^
 */
export function problemText(source: string, problems: readonly Problem[]): string {
  const characters = [...source];
  return problems.map((problem) => placed(characters, problem)).join('\n');
}

function placed(characters: readonly string[], { at, message }: Problem): string {
  const before = characters.slice(0, at);
  const line = before.filter((character) => character === '\n').length;
  const column = at - (before.lastIndexOf('\n') + 1);
  const text = characters.join('').split('\n')[line] ?? '';
  return `ERROR: <input>:${line + 1}:${column + 1}: ${message}\n | ${text}\n | ${'.'.repeat(column)}^`;
}
