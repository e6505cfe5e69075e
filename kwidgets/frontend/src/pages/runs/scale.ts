// How values become places of a chart, and the round numbers beside it.
import { type Line, rangeOf } from "../train/shape";
import { ticksOf } from "./ticks";

export interface Scale {
  /** Places from 0 (below, or at the left) to 1. */
  y: (value: number) => number;
  x: (epoch: number) => number;
  rows: readonly number[];
  columns: readonly number[];
  start: number;
  end: number;
}

const ROWS = 4;
const COLUMNS = 5;

/** Null: there is no finite value. log: values from 0 down have no place then. */
export function scaleOf(lines: readonly Line[], log: boolean): Scale | null {
  const shown = log ? lines.map(({ xs, ys }) => ({ xs, ys: ys.map((y) => (y > 0 ? Math.log10(y) : Number.NaN)) })) : lines;
  const range = rangeOf(shown);
  if (range === null) return null;
  const room = 0.05 * (range.high - range.low || Math.abs(range.high) || 1);
  const low = !log && range.low >= 0 && range.low < 0.3 * range.high ? 0 : range.low - room;
  const high = range.high + room;
  const ends = lines.map(({ xs }) => xs[xs.length - 1] ?? 0);
  const starts = lines.map(({ xs }) => xs[0] ?? 0);
  const end = ends.reduce((one, other) => Math.max(one, other), 1);
  const start = Math.min(0, starts.reduce((one, other) => Math.min(one, other), 0));
  const place = (value: number) => (value - low) / (high - low);
  return {
    y: log ? (value) => place(Math.log10(value)) : place,
    x: (epoch) => (epoch - start) / (end - start),
    rows: log ? powersOf(low, high) : ticksOf(low, high, ROWS),
    columns: ticksOf(start, end, COLUMNS),
    start,
    end,
  };
}

/** Values of a logarithmic axis, at round powers where it spans some, else at round values. */
function powersOf(low: number, high: number): number[] {
  const powers = ticksOf(Math.ceil(low), Math.floor(high), ROWS).filter((one) => Number.isInteger(one) && one >= low && one <= high);
  if (powers.length >= 2) return powers.map((one) => 10 ** one);
  return ticksOf(10 ** low, 10 ** high, ROWS).filter((one) => one > 0);
}

/** A way through the points of a chart of this size, with gaps where a value has no place; a single point is a short dash. */
export function pathOf({ xs, ys }: Line, { x, y }: Scale, width: number, height: number): string {
  let pen = false;
  let path = "";
  for (let index = 0; index < xs.length; index += 1) {
    const place = y(ys[index] as number);
    if (!Number.isFinite(place)) {
      pen = false;
      continue;
    }
    path += `${pen ? "L" : "M"}${(x(xs[index] as number) * width).toFixed(1)} ${((1 - place) * height).toFixed(1)}`;
    if (!pen) path += "h0.1";
    pen = true;
  }
  return path;
}

/** The value of a line at the point that is nearest to an epoch; undefined where the line does not reach so far. */
export function nearest({ xs, ys }: Line, epoch: number): { x: number; y: number } | undefined {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0 || epoch < (xs[0] as number) - 0.5 || epoch > (xs[high] as number) + 0.5) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) < epoch) low = middle;
    else high = middle;
  }
  const index = Math.abs((xs[low] as number) - epoch) <= Math.abs((xs[high] as number) - epoch) ? low : high;
  return { x: xs[index] as number, y: ys[index] as number };
}
