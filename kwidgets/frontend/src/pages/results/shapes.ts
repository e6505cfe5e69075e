// Places of points and bars in a chart, and the shade of a cell.
import type { Point } from "../../shared/messages";

export interface Box {
  width: number;
  height: number;
}

/** Ends of an axis that holds all values; a single value gets room on both sides. */
export function endsOf(values: readonly number[]): [number, number] {
  const good = values.filter(Number.isFinite);
  if (good.length === 0) return [0, 1];
  const low = good.reduce((least, value) => Math.min(least, value), Infinity);
  const high = good.reduce((most, value) => Math.max(most, value), -Infinity);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** A point of a chart in its box, y upwards. */
export function placed([x = 0, y = 0]: Point, [left, right]: readonly [number, number], [low, high]: readonly [number, number], { width, height }: Box): [number, number] {
  return [((x - left) / (right - left || 1)) * width, height - ((y - low) / (high - low || 1)) * height];
}

/** Points from 0 to 1 as those of a polyline. */
export function lineOf(points: readonly Point[], box: Box): string {
  return points.map((point) => placed(point, [0, 1], [0, 1], box).map((at) => at.toFixed(1)).join(",")).join(" ");
}

/** The number of the point that lies nearest to a place of the box; null where none is near. */
export function nearest(points: readonly (readonly [number, number])[], [x, y]: readonly [number, number], reach: number): number | null {
  let found: number | null = null;
  let least = reach * reach;
  points.forEach(([px, py], index) => {
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance <= least) {
      least = distance;
      found = index;
    }
  });
  return found;
}

/** How strong a cell's colour is, in percent: by its share of its row. The root lets rare mistakes be seen. */
export function strengthOf(count: number, total: number): number {
  return count === 0 || total === 0 ? 0 : Math.round(12 + 38 * Math.sqrt(count / total));
}
