export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A bow between two points; the number bends several between the same two apart. */
export function curve(from: Point, to: Point, index: number): { readonly path: string; readonly middle: Point } {
  const side = index % 2 === 0 ? 1 : -1;
  const bend = side * (18 + 10 * Math.floor(index / 2));
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const control = {
    x: (from.x + to.x) / 2 - ((to.y - from.y) / length) * bend,
    y: (from.y + to.y) / 2 + ((to.x - from.x) / length) * bend,
  };
  const middle = { x: (from.x + 2 * control.x + to.x) / 4, y: (from.y + 2 * control.y + to.y) / 4 };
  return { path: `M ${from.x} ${from.y} Q ${control.x} ${control.y} ${to.x} ${to.y}`, middle };
}

/** Size of a message's label: its letters are all of one width. */
const LETTER_WIDTH = 6.6;
const LABEL_PADDING = 6;
export const LABEL_HEIGHT = 19;
const GAP = 3;

/** Where a message's label stands: its centre, and how wide it is. */
export interface Label extends Point {
  readonly width: number;
}

/** Labels at these points, inside of the canvas and none upon another: who finds its place taken moves down. */
export function placeLabels(texts: readonly { readonly text: string; readonly at: Point }[], canvas: number): Label[] {
  const placed: Label[] = [];
  for (const { text, at } of texts) {
    const width = text.length * LETTER_WIDTH + 2 * LABEL_PADDING;
    const x = Math.max(width / 2 + GAP, Math.min(at.x, canvas - width / 2 - GAP));
    let y = Math.max(at.y, LABEL_HEIGHT / 2 + GAP);
    const isTaken = () =>
      placed.some(
        (other) =>
          Math.abs(other.x - x) < (other.width + width) / 2 + GAP && Math.abs(other.y - y) < LABEL_HEIGHT + GAP - 1,
      );
    while (isTaken()) y += LABEL_HEIGHT + GAP;
    placed.push({ x, y, width });
  }
  return placed;
}
