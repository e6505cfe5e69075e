// Which rows of a long table are drawn: those in view and some around them.

export const ROW = 34;
const AROUND = 8;

/** Indices from (inclusive) to (exclusive) of a list of `count` rows, scrolled by `top` in a place of `height` pixels. */
export function inView(count: number, top: number, height: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(Math.floor(top / ROW), count) - AROUND);
  return { from, to: Math.min(count, Math.ceil((top + height) / ROW) + AROUND) };
}

/** How far to scroll so that a row is in view, as little as that takes. */
export function scrolledTo(index: number, top: number, height: number): number {
  const start = index * ROW;
  if (start < top) return start;
  return start + ROW > top + height ? start + ROW - height : top;
}
