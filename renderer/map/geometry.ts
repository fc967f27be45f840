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
