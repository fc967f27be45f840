/** The line being typed, and where in the history the learner is. Plain data; `edit` makes the next one. */
export interface LineState {
  readonly text: string;
  readonly cursor: number;
  readonly history: readonly string[];
  /** Place in the history; its length stands for the line being typed. */
  readonly place: number;
  /** The line being typed, while an older one is shown. */
  readonly draft: string;
  /** Search backwards through the history (Ctrl-R): what is looked for, and the place of the match. */
  readonly search?: { readonly query: string; readonly place: number };
}

/** What has to be done besides drawing the line again. */
export type LineEffect =
  | { readonly kind: 'submit'; readonly text: string }
  /** The line given up stays on the screen. */
  | { readonly kind: 'interrupt'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'complete' };

export interface Edited {
  readonly state: LineState;
  readonly effect?: LineEffect;
}

const HISTORY_LIMIT = 500;

export function emptyLine(history: readonly string[] = []): LineState {
  return { text: '', cursor: 0, history, place: history.length, draft: '' };
}

type Edit = (state: LineState) => Edited;

/** What xterm sends for a key, and what it does: the keys of readline. */
const KEYS: Readonly<Record<string, Edit>> = {
  '\r': submit,
  '\x7f': (state) => replace(state, previous(state), state.cursor, ''),
  '\b': (state) => replace(state, previous(state), state.cursor, ''),
  '\x1b[3~': (state) => replace(state, state.cursor, next(state), ''),
  '\x1b[D': (state) => moveTo(state, previous(state)),
  '\x02': (state) => moveTo(state, previous(state)),
  '\x1b[C': (state) => moveTo(state, next(state)),
  '\x06': (state) => moveTo(state, next(state)),
  '\x1b[H': (state) => moveTo(state, 0),
  '\x01': (state) => moveTo(state, 0),
  '\x1b[F': (state) => moveTo(state, state.text.length),
  '\x05': (state) => moveTo(state, state.text.length),
  '\x1b[1;5D': (state) => moveTo(state, wordBefore(state)),
  '\x1bb': (state) => moveTo(state, wordBefore(state)),
  '\x1b[1;5C': (state) => moveTo(state, wordAfter(state)),
  '\x1bf': (state) => moveTo(state, wordAfter(state)),
  '\x17': (state) => replace(state, wordBefore(state), state.cursor, ''),
  '\x1b\x7f': (state) => replace(state, wordBefore(state), state.cursor, ''),
  '\x15': (state) => replace(state, 0, state.cursor, ''),
  '\x0b': (state) => replace(state, state.cursor, state.text.length, ''),
  '\x1b[A': (state) => recall(state, state.place - 1),
  '\x10': (state) => recall(state, state.place - 1),
  '\x1b[B': (state) => recall(state, state.place + 1),
  '\x0e': (state) => recall(state, state.place + 1),
  '\t': (state) => ({ state, effect: { kind: 'complete' } }),
  '\x0c': (state) => ({ state, effect: { kind: 'clear' } }),
  '\x12': (state) => ({ state: { ...state, search: { query: '', place: state.history.length } } }),
  '\x03': ({ text, history }) => ({ state: emptyLine(history), effect: { kind: 'interrupt', text } }),
  '\x04': (state) =>
    state.text === '' ? { state, effect: { kind: 'end' } } : replace(state, state.cursor, next(state), ''),
};

/** Takes what the terminal sent: a key, typed or composed text, or something pasted. */
export function edit(state: LineState, data: string): Edited {
  if (state.search) return editSearch(state, state.search, data);
  const key = KEYS[data];
  if (key) return key(state);
  const text = printable(data);
  return text === '' ? { state } : replace(state, state.cursor, state.cursor, text);
}

/** Pasted text keeps its line breaks; other control characters are not for a line. */
function printable(data: string): string {
  if (data.startsWith('\x1b[200~') || data.includes('\r') || data.includes('\n')) {
    return data
      .replaceAll('\x1b[200~', '')
      .replaceAll('\x1b[201~', '')
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/[^\P{Cc}\n\t]/gu, '')
      .replaceAll('\t', '  ');
  }
  return data.startsWith('\x1b') ? '' : data.replaceAll(/\p{Cc}/gu, '');
}

/** Puts text in place of what stands between two places. */
export function replace(state: LineState, from: number, to: number, text: string): Edited {
  return {
    state: { ...state, text: state.text.slice(0, from) + text + state.text.slice(to), cursor: from + text.length },
  };
}

function moveTo(state: LineState, cursor: number): Edited {
  return { state: { ...state, cursor } };
}

/** A character outside of the basic plane takes two code units. */
function previous({ text, cursor }: LineState): number {
  if (cursor === 0) return 0;
  return cursor - ((text.codePointAt(cursor - 2) ?? 0) > 0xffff ? 2 : 1);
}

function next({ text, cursor }: LineState): number {
  if (cursor >= text.length) return cursor;
  return cursor + ((text.codePointAt(cursor) ?? 0) > 0xffff ? 2 : 1);
}

function wordBefore({ text, cursor }: LineState): number {
  return text.slice(0, cursor).replace(/\S+\s*$/, '').length;
}

function wordAfter({ text, cursor }: LineState): number {
  const match = /^\s*\S+/.exec(text.slice(cursor));
  return cursor + (match?.[0].length ?? 0);
}

function recall(state: LineState, place: number): Edited {
  if (place < 0 || place > state.history.length) return { state };
  const draft = state.place === state.history.length ? state.text : state.draft;
  const text = place === state.history.length ? draft : (state.history[place] as string);
  return { state: { ...state, text, cursor: text.length, place, draft } };
}

/** An unfinished line (an open quote, a backslash at its end) goes on in the next row. */
function submit(state: LineState): Edited {
  if (isUnfinished(state.text)) return replace(state, state.text.length, state.text.length, '\n');
  const { text, history } = state;
  const isNew = text.trim() !== '' && history[history.length - 1] !== text;
  const kept = isNew ? [...history, text].slice(-HISTORY_LIMIT) : history;
  return { state: emptyLine(kept), effect: { kind: 'submit', text } };
}

/** Whether a shell would ask for more: quotes as in POSIX sh, here-documents until their word stands alone. */
export function isUnfinished(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && quote !== "'") {
      if (at === text.length - 1) return true;
      at++;
    } else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
  }
  if (quote !== '') return true;
  const here = /<<-?\s*['"]?(\w+)['"]?/.exec(text);
  return (
    here !== null &&
    !text
      .split('\n')
      .slice(1)
      .includes(here[1] as string)
  );
}

function editSearch(state: LineState, { query, place }: NonNullable<LineState['search']>, data: string): Edited {
  const found = state.history[place];
  const chosen = found === undefined ? state : { ...state, text: found, cursor: found.length, place };
  const { search: _, ...done } = chosen;
  if (data === '\x12') return { state: { ...state, search: { query, place: find(state, query, place - 1) } } };
  if (data === '\x7f') return search(state, query.slice(0, -1));
  if (data === '\x03' || data === '\x07') return { state: { ...state, search: undefined } };
  const text = printable(data);
  if (text !== '' && !data.includes('\r')) return search(state, query + text);
  return edit(done, data);
}

function search(state: LineState, query: string): Edited {
  return { state: { ...state, search: { query, place: find(state, query, state.history.length - 1) } } };
}

/** The latest place at or before `from` that holds the query; the end of the history when there is none. */
function find({ history }: LineState, query: string, from: number): number {
  for (let place = Math.min(from, history.length - 1); place >= 0; place--) {
    if (history[place]?.includes(query)) return place;
  }
  return history.length;
}
