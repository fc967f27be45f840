import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import type { TerminalOutput } from '../../engine/protocol/messages.ts';
import { ask, listenToTerminal, select, showError, tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { edit, emptyLine, type LineEffect, type LineState, replace } from './line-editor.ts';
import { LineView } from './line-view.ts';
import { namesOf, objectLinks } from './object-links.ts';
import { OutputQueue } from './output-queue.ts';
import { terminalTheme } from './theme.ts';

const HISTORY_KEY = 'orrery.history';
const FONT = "'JetBrains Mono Variable', 'Noto Sans Mono CJK SC', monospace";
const FONT_SIZE = 13;

export interface MountedTerminal {
  readonly search: SearchAddon;
  focus(): void;
  setLabel(label: string): void;
  retheme(): void;
  dispose(): void;
}

/** Puts the terminal into an element. The fonts are there first: xterm measures them only once. */
export async function mountTerminal(element: HTMLElement): Promise<MountedTerminal> {
  await Promise.all([document.fonts.load(`${FONT_SIZE}px 'JetBrains Mono Variable'`), document.fonts.ready]);
  const terminal = new Terminal({
    fontFamily: FONT,
    fontSize: FONT_SIZE,
    lineHeight: 1.25,
    cursorBlink: true,
    convertEol: true,
    screenReaderMode: true,
    allowProposedApi: true,
    scrollback: 5000,
    theme: terminalTheme(),
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon((_, address) => window.open(address, '_blank', 'noopener')));
  terminal.loadAddon(new UnicodeGraphemesAddon());
  linkObjects(terminal);
  terminal.open(element);
  const size = () => {
    if (element.clientWidth === 0) return;
    fit.fit();
  };
  size();
  const observer = new ResizeObserver(size);
  observer.observe(element);
  const screen = new Screen(terminal);
  passInsertedText(terminal.textarea as HTMLTextAreaElement, (text) => screen.type(text));
  const unlisten = listenToTerminal((output) => screen.show(output));
  return {
    search,
    focus: () => terminal.focus(),
    setLabel: (label) => terminal.textarea?.setAttribute('aria-label', label),
    retheme: () => {
      terminal.options.theme = terminalTheme();
    },
    dispose: () => {
      observer.disconnect();
      unlisten();
      terminal.dispose();
    },
  };
}

/**
 * For screen readers xterm lets every key through to its text area, and then ignores what arrives there without a key:
 * dictation, an emoji picker, some input methods. That text is passed on here.
 */
function passInsertedText(area: HTMLTextAreaElement, pass: (text: string) => void): void {
  let isTyped = false;
  area.addEventListener('keypress', () => {
    isTyped = true;
  });
  area.addEventListener('input', (event) => {
    const { data, inputType } = event as InputEvent;
    if (!isTyped && inputType === 'insertText' && data) pass(data);
    isTyped = false;
  });
}

/** Names of objects in the output lead to the inspector. */
function linkObjects(terminal: Terminal): void {
  terminal.registerLinkProvider({
    provideLinks(y, answer) {
      const line = terminal.buffer.active.getLine(y - 1)?.translateToString(true) ?? '';
      const links = objectLinks(line, namesOf(useSession.getState().rows));
      answer(
        links.map(({ start, end, object }) => ({
          range: { start: { x: start + 1, y }, end: { x: end, y } },
          text: line.slice(start, end),
          activate: () => select(object),
        })),
      );
    },
  });
}

/** What the engine wrote, and behind it the line being typed. */
class Screen {
  private readonly terminal: Terminal;
  private readonly view = new LineView();
  private line: LineState = emptyLine(storedHistory());
  /** Output being written; the line is drawn again behind it. */
  private readonly output: OutputQueue;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
    this.output = new OutputQueue(terminal, () => {
      this.view.begin(terminal.buffer.active.cursorX);
      this.draw();
    });
    terminal.onData((data) => this.type(data));
    terminal.attachCustomKeyEventHandler((event) => this.handleKey(event));
    terminal.onResize(({ cols, rows }) => tell('terminal.resize', { columns: cols, rows }));
  }

  show({ reset, text }: TerminalOutput): void {
    this.erase();
    if (reset) {
      this.output.forget();
      this.output.push(`\x1b[0m\x1b[2J\x1b[3J\x1b[H${text}`);
    } else this.output.push(text);
  }

  /** Ctrl-C copies where something is selected; otherwise keys are the line's. Shift-Tab leaves the terminal. */
  private handleKey(event: KeyboardEvent): boolean {
    const isCopy = event.type === 'keydown' && event.ctrlKey && event.code === 'KeyC' && this.terminal.hasSelection();
    const isClipboard = event.ctrlKey && event.shiftKey && (event.code === 'KeyC' || event.code === 'KeyV');
    const leaves = event.key === 'Tab' && event.shiftKey;
    if (isCopy) {
      void navigator.clipboard.writeText(this.terminal.getSelection());
      this.terminal.clearSelection();
    }
    return (
      !isCopy &&
      !isClipboard &&
      !leaves &&
      !(event.altKey && !event.ctrlKey && !/^(Key[BF]|Backspace)$/.test(event.code))
    );
  }

  type(data: string): void {
    const { state, effect } = edit(this.line, data);
    this.line = state;
    if (effect) this.perform(effect);
    else this.draw();
  }

  /** While output is being written no line is drawn, and where it would begin is not known yet. */
  private erase(): void {
    if (!this.output.isWriting) this.terminal.write(this.view.erase());
  }

  private draw(): void {
    if (this.output.isWriting) return;
    this.terminal.write(this.view.draw(this.line, this.terminal.cols));
  }

  private perform(effect: LineEffect): void {
    switch (effect.kind) {
      case 'submit':
        // The machine's terminal echoes what it gets, as every terminal does.
        this.erase();
        localStorage.setItem(HISTORY_KEY, JSON.stringify(this.line.history));
        tell('terminal.type', { text: `${effect.text}\n` });
        break;
      case 'interrupt':
        if (!this.output.isWriting) this.terminal.write(this.view.leave(effect.text, this.terminal.cols));
        tell('terminal.interrupt', null);
        break;
      case 'end':
        tell('terminal.type', { text: '\x04' });
        break;
      case 'clear':
        this.erase();
        this.terminal.clear();
        this.draw();
        break;
      case 'complete':
        this.complete().catch(showError);
        break;
    }
  }

  /** One candidate is filled in; of several, what they have in common, and they are listed. */
  private async complete(): Promise<void> {
    const { text, cursor } = this.line;
    const { start, candidates, isOpen } = await ask('terminal.complete', { line: text.slice(0, cursor) });
    const [only] = candidates;
    if (only === undefined || this.line.text !== text) return;
    const common = candidates.reduce(commonStart);
    const filled = candidates.length === 1 && !isOpen && !/[/=]$/.test(only) ? `${only} ` : common;
    const isFurther = filled.length > cursor - start;
    this.line = replace(this.line, start, cursor, isFurther ? filled : text.slice(start, cursor)).state;
    if (candidates.length > 1 && !isFurther) this.list(candidates);
    this.draw();
  }

  private list(candidates: readonly string[]): void {
    const { terminal, view } = this;
    const prompt =
      terminal.buffer.active
        .getLine(terminal.buffer.active.baseY + terminal.buffer.active.cursorY)
        ?.translateToString(true, 0) ?? '';
    terminal.write(view.draw({ ...this.line, cursor: this.line.text.length }, terminal.cols));
    const start = prompt.length - this.line.text.length;
    this.output.push(`\r\n${candidates.join('  ')}\r\n${start > 0 ? prompt.slice(0, start) : ''}`);
  }
}

function commonStart(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return left.slice(0, length);
}

function storedHistory(): string[] {
  try {
    const history: unknown = JSON.parse(localStorage.getItem(HISTORY_KEY) ?? '[]');
    return Array.isArray(history) ? history.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}
