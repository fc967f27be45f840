import { parse as parseYaml } from 'yaml';

/** A way to move in time that a lesson offers as a button. */
export type StepMove =
  | { readonly kind: 'event' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'back' }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'turn'; readonly component: string };

/** One piece of a lesson's notebook, in the order of the text. */
export type Cell =
  | { readonly kind: 'prose'; readonly text: string }
  /** A line for the terminal. */
  | { readonly kind: 'command'; readonly line: string }
  /** A file of the lesson, opened in the editor. */
  | { readonly kind: 'manifest'; readonly file: string }
  | { readonly kind: 'step'; readonly move: StepMove; readonly label: string }
  /** Something done to the cluster from outside: a process stopped or started, a link cut or healed. */
  | {
      readonly kind: 'fault';
      readonly action: 'stop' | 'start';
      readonly component: string;
      readonly label: string;
    }
  | {
      readonly kind: 'predict';
      readonly name: string;
      readonly question: string;
      readonly choices: readonly { readonly id: string; readonly text: string }[];
    }
  | { readonly kind: 'check'; readonly name: string; readonly text: string };

/** The text of a lesson in one language. */
export interface LessonNotebook {
  readonly title: string;
  readonly summary: string;
  readonly cells: readonly Cell[];
}

/** A lesson text that cannot be read: the message names the line and what belongs there. */
export class LessonTextError extends Error {
  override readonly name = 'LessonTextError';
  readonly line: number;
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;
/** A line break between Chinese characters: Markdown would make a blank of it, which Chinese does not have. */
const CHINESE_BREAK = /(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])/g;

const CELL_KINDS = ['command', 'manifest', 'step', 'fault', 'predict', 'check'];

/**
 * Reads a lesson's Markdown. Cells are fenced blocks whose language is the kind of cell:
 *
 *     ```command            ```manifest web.yaml      ```step settle            ```predict who
 *     kubectl get pods      ```                       Until nothing moves       Who notices first?
 *     ```                                             ```                       - kubelet: The kubelet
 *                                                                               ```
 *
 * Every other fenced block is part of the prose.
 */
export function parseNotebook(markdown: string): LessonNotebook {
  const text = markdown.replaceAll('\r\n', '\n');
  const front = FRONT_MATTER.exec(text);
  if (!front) throw new LessonTextError(1, 'a lesson begins with front matter: "---", title, summary, "---"');
  const fields = frontMatter(front[1] as string);
  const offset = front[0].split('\n').length;
  return { ...fields, cells: cellsOf(text.slice(front[0].length), offset) };
}

function frontMatter(text: string): { title: string; summary: string } {
  const fields: unknown = parseYaml(text);
  const { title, summary } = (fields ?? {}) as { title?: unknown; summary?: unknown };
  if (typeof title !== 'string') throw new LessonTextError(2, 'the front matter needs a "title"');
  if (typeof summary !== 'string') throw new LessonTextError(2, 'the front matter needs a "summary"');
  return { title, summary };
}

function cellsOf(text: string, offset: number): Cell[] {
  const cells: Cell[] = [];
  const lines = text.split('\n');
  let prose: string[] = [];
  const endProse = () => {
    const paragraph = prose.join('\n').replace(CHINESE_BREAK, '').trim();
    if (paragraph !== '') cells.push({ kind: 'prose', text: paragraph });
    prose = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const fence = /^```(\w+)?\s*(.*)$/.exec(line);
    if (!fence) {
      prose.push(line);
      continue;
    }
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new LessonTextError(offset + at, 'this block is never closed: add a line with ``` alone');
    const body = lines.slice(at + 1, end).join('\n');
    if (CELL_KINDS.includes(fence[1] ?? '')) {
      endProse();
      cells.push(cellOf(fence[1] as string, (fence[2] as string).trim(), body, offset + at));
    } else {
      prose.push(...lines.slice(at, end + 1));
    }
    at = end;
  }
  endProse();
  return cells;
}

function cellOf(kind: string, argument: string, body: string, line: number): Cell {
  const label = body.trim();
  switch (kind) {
    case 'command':
      if (label === '') throw new LessonTextError(line, 'a command cell holds a line for the terminal');
      return { kind, line: label };
    case 'manifest':
      if (argument === '') throw new LessonTextError(line, 'a manifest cell names its file: ```manifest web.yaml');
      return { kind, file: argument };
    case 'step':
      return { kind, move: moveOf(argument, line), label };
    case 'fault':
      return faultOf(argument, label, line);
    case 'predict':
      return predictionOf(argument, label, line);
    default:
      if (argument === '') throw new LessonTextError(line, 'a check cell names its check: ```check running');
      return { kind: 'check', name: argument, text: label };
  }
}

function moveOf(argument: string, line: number): StepMove {
  if (argument === 'event' || argument === 'settle' || argument === 'back') return { kind: argument };
  const seconds = /^(\d+)s$/.exec(argument);
  if (seconds) return { kind: 'seconds', seconds: Number(seconds[1]) };
  const turn = /^turn (\S+)$/.exec(argument);
  if (turn) return { kind: 'turn', component: turn[1] as string };
  throw new LessonTextError(
    line,
    `"${argument}" is no move: use event, back, settle, a number of seconds (10s) or "turn COMPONENT"`,
  );
}

function faultOf(argument: string, label: string, line: number): Cell {
  const match = /^(stop|start) (\S+)$/.exec(argument);
  if (!match) throw new LessonTextError(line, `"${argument}" is no fault: use "stop COMPONENT" or "start COMPONENT"`);
  return { kind: 'fault', action: match[1] as 'stop' | 'start', component: match[2] as string, label };
}

function predictionOf(name: string, body: string, line: number): Cell {
  if (name === '') throw new LessonTextError(line, 'a predict cell names its prediction: ```predict who');
  const lines = body.split('\n');
  const choices = lines.flatMap((text) => {
    const choice = /^- ([\w-]+): (.+)$/.exec(text);
    return choice ? [{ id: choice[1] as string, text: choice[2] as string }] : [];
  });
  if (choices.length < 2) throw new LessonTextError(line, 'a prediction offers at least two choices: "- id: text"');
  const question = lines
    .filter((text) => !text.startsWith('- '))
    .join('\n')
    .trim();
  return { kind: 'predict', name, question, choices };
}
