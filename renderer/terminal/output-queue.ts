/** What the queue writes to: a terminal whose `write` calls back when the text has been taken in. */
interface Writable {
  write(text: string, taken: () => void): void;
}

/** The window's time, given from outside so that tests have their own. */
export interface Pace {
  now(): number;
  nextFrame(work: () => void): void;
}

export const WINDOW_PACE: Pace = {
  now: () => performance.now(),
  nextFrame: (work) => {
    requestAnimationFrame(work);
  },
};

/** Characters written at once: between two slices the time is looked at. */
const SLICE = 512;

/** Milliseconds of a frame that writing may take: the rest is for drawing the rows and for everything else. */
const BUDGET = 4;

/** Output up to so many characters is written where it arrives: a prompt or a key's echo waits for no frame. */
const AT_ONCE = 512;

/**
 * Output on its way to the screen. A terminal parses what it is given in one go and draws all its rows again at the next
 * frame; ten thousand lines at once would make a long frame of it. So output is written in slices, in frames that
 * alternate with those in which the rows are drawn.
 */
export class OutputQueue {
  private readonly terminal: Writable;
  private readonly pace: Pace;
  private readonly drained: () => void;
  private waiting: string[] = [];
  /** Characters of the first waiting text that have been written. */
  private written = 0;
  private isBusy = false;

  /** `drained` is called whenever everything has been taken in. */
  constructor(terminal: Writable, drained: () => void, pace: Pace = WINDOW_PACE) {
    this.terminal = terminal;
    this.drained = drained;
    this.pace = pace;
  }

  /** Whether there is output that the terminal has not taken in yet. */
  get isWriting(): boolean {
    return this.isBusy;
  }

  push(text: string): void {
    this.waiting.push(text);
    if (this.isBusy) return;
    this.isBusy = true;
    if (text.length <= AT_ONCE) this.write(this.pace.now());
    else this.pace.nextFrame(() => this.write(this.pace.now()));
  }

  /** Output that nobody will see: what replaces it comes next. */
  forget(): void {
    this.waiting = [];
    this.written = 0;
  }

  /** Writes slice by slice until the frame's time is used up. */
  private write(started: number): void {
    this.terminal.write(this.nextSlice(), () => {
      if (this.waiting.length === 0) {
        this.isBusy = false;
        this.drained();
      } else if (this.pace.now() - started < BUDGET) this.write(started);
      else this.pace.nextFrame(() => this.pace.nextFrame(() => this.write(this.pace.now())));
    });
  }

  /** Cut behind a line where one ends, and never within a character. */
  private nextSlice(): string {
    const [text] = this.waiting;
    if (text === undefined) return '';
    let end = this.written + SLICE;
    if (end < text.length) {
      const line = text.lastIndexOf('\n', end - 1) + 1;
      if (line > this.written) end = line;
      else if ((text.codePointAt(end - 1) ?? 0) > 0xffff) end--;
    }
    const slice = text.slice(this.written, end);
    this.written = end;
    if (end >= text.length) {
      this.waiting.shift();
      this.written = 0;
    }
    return slice;
  }
}
