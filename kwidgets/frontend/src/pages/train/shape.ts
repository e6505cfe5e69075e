// What is done to curves before they are drawn: smoothed, put on one axis, given a range that first outliers do not spoil.

export type Values = readonly (number | null)[];

export interface Line {
  xs: readonly number[];
  ys: readonly number[];
}

/**
 * A running mean that forgets over a share of the whole width, so that dense batches are smoothed and single epochs are
 * not. strength: 0 (nothing) to 1. Values that are no numbers are left out of the mean and stay gaps.
 */
export function smoothed({ xs, ys }: Line, strength: number): Line {
  const width = (xs[xs.length - 1] ?? 0) - (xs[0] ?? 0);
  const memory = (strength * strength * width) / 20;
  if (memory <= 0) return { xs, ys };
  let mean = 0;
  let weight = 0;
  let before = xs[0] ?? 0;
  const smooth = ys.map((y, index) => {
    const x = xs[index] ?? before;
    const kept = Math.exp(-(x - before) / memory);
    before = x;
    mean *= kept;
    weight *= kept;
    if (!Number.isFinite(y)) return Number.NaN;
    mean += y;
    weight += 1;
    return mean / weight;
  });
  return { xs, ys: smooth };
}

/** Lines with x of their own as one table: the x of all, then the y of each, null where a line has no point. */
export function aligned(lines: readonly Line[]): [number[], ...Values[]] {
  const at = lines.map(() => 0);
  const xs: number[] = [];
  const ys: (number | null)[][] = lines.map(() => []);
  for (;;) {
    let x = Infinity;
    lines.forEach((line, index) => {
      x = Math.min(x, line.xs[at[index] ?? 0] ?? Infinity);
    });
    if (x === Infinity) return [xs, ...ys];
    xs.push(x);
    lines.forEach((line, index) => {
      const place = at[index] ?? 0;
      const here = line.xs[place] === x;
      const y = line.ys[place];
      ys[index]?.push(here && y !== undefined && Number.isFinite(y) ? y : null);
      if (here) at[index] = place + 1;
    });
  }
}

export interface Range {
  low: number;
  high: number;
  /** The largest value that lies above the range; null where none does. */
  above: number | null;
}

/** First values count as outliers where they would take more than this part of the height. */
const MOST_FOR_FIRST = 0.6;
const FIRST = 0.05;
const FEWEST = 12;

/** The range of y over all lines; the first values do not count where they are far above all later ones. */
export function rangeOf(lines: readonly Line[], whole = false): Range | null {
  const all = extent(lines, -Infinity);
  if (all === null) return null;
  const { from, to, count } = widthOf(lines);
  const later = whole || count < FEWEST ? null : extent(lines, from + FIRST * (to - from));
  if (later === null || all.high - later.high <= MOST_FOR_FIRST * (all.high - all.low)) return { ...all, above: null };
  const high = later.high + 0.15 * (later.high - later.low || Math.abs(later.high) || 1);
  return { low: Math.min(all.low, later.low), high, above: all.high };
}

function widthOf(lines: readonly Line[]): { from: number; to: number; count: number } {
  let from = Infinity;
  let to = -Infinity;
  let count = 0;
  for (const { xs } of lines) {
    from = Math.min(from, xs[0] ?? Infinity);
    to = Math.max(to, xs[xs.length - 1] ?? -Infinity);
    count = Math.max(count, xs.length);
  }
  return { from, to, count };
}

function extent(lines: readonly Line[], after: number): { low: number; high: number } | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { xs, ys } of lines) {
    for (let index = 0; index < ys.length; index += 1) {
      const y = ys[index] as number;
      if ((xs[index] as number) < after || !Number.isFinite(y)) continue;
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  return low > high ? null : { low, high };
}

/** The right end of the axis: the epochs planned while they are few, else a round number that grows in steps. */
export function roundEnd(end: number, planned: number): number {
  const top = Math.max(planned, 1);
  if (top <= 30 || end >= 0.4 * top) return Math.max(top, end);
  const power = 10 ** Math.floor(Math.log10(Math.max(end, 1)));
  const step = [1, 2, 5, 10].find((one) => one * power >= end) ?? 10;
  return Math.min(top, Math.max(step * power, 10));
}

/** The value of an epoch (from 1) in a line with one point an epoch; undefined where there is none. */
export function ofEpoch(line: Line | undefined, x: number): number | undefined {
  const index = line?.xs.findIndex((one) => one >= x - 1e-6) ?? -1;
  return index < 0 ? undefined : line?.ys[index];
}
