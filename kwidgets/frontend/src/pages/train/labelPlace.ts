// Where a word on a chart stands: beside its mark, as high as may be, where no curve runs through it.

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A straight piece of a curve: x and y of its two ends. */
export type Piece = readonly [number, number, number, number];

/** Whether a piece of a curve runs through a rectangle. */
export function crosses([x1, y1, x2, y2]: Piece, { left, top, width, height }: Rect): boolean {
  let [from, to] = [0, 1];
  for (const [start, step, low, high] of [[x1, x2 - x1, left, left + width], [y1, y2 - y1, top, top + height]] as const) {
    if (step === 0) {
      if (start < low || start > high) return false;
    } else {
      const ends = [(low - start) / step, (high - start) / step];
      from = Math.max(from, Math.min(...ends));
      to = Math.min(to, Math.max(...ends));
    }
  }
  return from <= to;
}

function overlaps(one: Rect, other: Rect): boolean {
  const beside = one.left + one.width <= other.left || other.left + other.width <= one.left;
  return !beside && one.top < other.top + other.height && other.top < one.top + one.height;
}

/** The first of some places that is clear of all pieces, else the one that fewest run through; null where words take all. */
export function clearPlace(candidates: readonly Rect[], pieces: readonly Piece[], taken: readonly Rect[]): Rect | null {
  let best: { place: Rect; crossed: number } | null = null;
  for (const place of candidates) {
    if (taken.some((other) => overlaps(place, other))) continue;
    const crossed = pieces.filter((piece) => crosses(piece, place)).length;
    if (crossed === 0) return place;
    if (best === null || crossed < best.crossed) best = { place, crossed };
  }
  return best?.place ?? null;
}

/** The places beside an upright line at x inside a chart: from the top down, on its right before its left. */
export function beside(x: number, size: { width: number; height: number }, chart: Rect, gap: number): Rect[] {
  const lefts = [x + gap, x - gap - size.width].filter((left) => left >= chart.left && left + size.width <= chart.left + chart.width);
  const rows = Math.max(1, Math.floor(chart.height / size.height));
  return Array.from({ length: rows }, (_, row) => chart.top + row * size.height).flatMap((top) => lefts.map((left) => ({ left, top, ...size })));
}
