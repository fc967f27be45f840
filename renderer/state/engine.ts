import { toast } from 'sonner';
import type { MethodName, Notice, Params, Result, TerminalOutput } from '../../engine/protocol/messages.ts';
import type { ObjectReference, Problem, StateView } from '../../engine/protocol/views.ts';
import { Connection, type News, RequestError } from '../connection/connection.ts';
import { chooseTransport, isKeptElsewhere } from '../connection/transports.ts';
import { forgetFiles } from '../editor/editor-store.ts';
import { said } from '../locales/said.ts';
import { translate } from '../locales/translate.ts';
import { forgetAnswers } from '../notebook/progress.ts';
import { readArchive, setAside, writeArchive } from './archive.ts';
import { applyUpdate, type InspectorTab, keptView, useSession } from './session-store.ts';

/** How long a replaced session can be had back. */
const UNDO_TIME = 15_000;

/** Real milliseconds after the last change until the browser keeps the session. */
const SAVE_DELAY = 800;

let connection: Connection | undefined;
let terminalListener: ((output: TerminalOutput) => void) | undefined;
let unheard: TerminalOutput[] = [];
let saveTimer: ReturnType<typeof setTimeout> | undefined;
let savedAt = '';

/** Connects to the engine, opens what was left, and lists the lessons. */
export async function startEngine(): Promise<void> {
  try {
    connection = new Connection(await chooseTransport());
    connection.listen(hear);
    if (!isKeptElsewhere()) await reopen(connection);
    await connection.request('rows.subscribe', { resources: 'all' });
    const { lessons } = await connection.request('lesson.list', null);
    useSession.setState({ ...keptView(), lessons, status: 'ready' });
    const { state } = useSession.getState();
    if (state?.lesson) useSession.setState({ lesson: await connection.request('lesson.read', { id: state.lesson }) });
    else if (lessons[0] && isUnused(state)) await beginLesson(lessons[0].id);
  } catch (error) {
    useSession.setState({ status: 'failed', failure: error instanceof Error ? error.message : String(error) });
  }
}

/** Where no time has passed nobody has done anything; the terminal may have told its size, which is a step as well. */
function isUnused(state: StateView | undefined): boolean {
  return state === undefined || state.head.time <= state.start;
}

async function reopen(to: Connection): Promise<void> {
  const text = await readArchive().catch(() => undefined);
  if (text === undefined) return;
  try {
    await to.request('session.load', { text });
  } catch (error) {
    await setAside(text);
    const description = said(problemText(error).message);
    toast.error(translate('notice.archive-unreadable'), { description, duration: 10_000 });
  }
}

function hear(news: News): void {
  switch (news.event) {
    case 'update':
      useSession.setState((current) => applyUpdate(current, news.update));
      keep();
      break;
    case 'terminal':
      if (terminalListener) terminalListener(news.terminal);
      else if (news.terminal.reset) unheard = [news.terminal];
      else unheard.push(news.terminal);
      break;
    case 'notice':
      showNotice(news.notice);
      break;
  }
}

/** The browser keeps the session a moment after each change, and never the same state twice. */
function keep(): void {
  if (isKeptElsewhere() || useSession.getState().status !== 'ready') return;
  const { state } = useSession.getState();
  const place = JSON.stringify([state?.branch, state?.head, state?.shown, state?.lesson]);
  if (place === savedAt) return;
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => {
    savedAt = place;
    connection
      ?.request('session.save', null)
      .then(({ text }) => writeArchive(text))
      .catch(showError);
  }, SAVE_DELAY);
}

/** One listener draws the terminal; what came before it is told at once. */
export function listenToTerminal(listener: (output: TerminalOutput) => void): () => void {
  terminalListener = listener;
  for (const output of unheard) listener(output);
  unheard = [];
  return () => {
    terminalListener = undefined;
  };
}

/** A request whose failure the caller handles. */
export function ask<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
  if (!connection) return Promise.reject(new Error('not connected'));
  return connection.request(method, params);
}

/** A request whose failure is shown to the learner. */
export function tell<M extends MethodName>(method: M, params: Params<M>): void {
  ask(method, params).catch(showError);
}

async function beginLesson(id: string): Promise<void> {
  const lesson = await ask('lesson.open', { id });
  forgetAnswers(id);
  forgetFiles(Object.keys(lesson.files));
  useSession.setState({ lesson, selected: undefined });
}

/** Begins a lesson in a fresh cluster. */
export function openLesson(id: string): Promise<void> {
  return replaceSession(() => beginLesson(id));
}

/** A fresh cluster without a lesson. */
export function openFreeCluster(nodes: number): Promise<void> {
  return replaceSession(async () => {
    await ask('session.create', { options: { nodes } });
    useSession.setState({ lesson: undefined, selected: undefined });
  });
}

/** Opens a session file. */
export async function openSession(text: string): Promise<void> {
  await ask('session.load', { text });
  const id = useSession.getState().state?.lesson;
  useSession.setState({ lesson: id ? await ask('lesson.read', { id }) : undefined, selected: undefined });
}

/** What was there before can be had back for a while. */
async function replaceSession(replace: () => Promise<void>): Promise<void> {
  const { text } = await ask('session.save', null);
  await replace();
  const onClick = () => void openSession(text).catch(showError);
  toast(translate('file.replaced'), {
    id: 'replaced',
    action: { label: translate('file.undo'), onClick },
    duration: UNDO_TIME,
  });
}

export function select(selected: ObjectReference, inspectorTab?: InspectorTab): void {
  useSession.setState(inspectorTab ? { selected, inspectorTab } : { selected });
}

export function problemText(error: unknown): Problem {
  if (error instanceof RequestError) return error.problem;
  return { message: error instanceof Error ? error.message : String(error) };
}

export function showError(error: unknown): void {
  const { message, remedy } = problemText(error);
  const help = remedy && translate(`remedy.${remedy}`);
  const isFile = remedy === 'choose-session';
  const description = isFile ? `${help} (${said(message)})` : help;
  toast.error(isFile ? translate('file.unreadable') : said(message), { description, duration: 10_000 });
}

function showNotice({ code, values }: Notice): void {
  const text = translate(
    `notice.${code}`,
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : said(value)]),
    ),
  );
  if (code === 'set-aside') toast.error(text, { duration: Number.POSITIVE_INFINITY, closeButton: true });
  else toast.info(text);
}
