// A way of corners as an SVG path with round corners.
import type { Point } from "../shared/messages";

const RADIUS = 10;

export function roundedPath(points: readonly Point[], radius = RADIUS): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${at(first)}`;
  rest.forEach((corner, index) => {
    const before = points[index] ?? corner;
    const after = points[index + 2];
    if (after === undefined) {
      path += `L${at(corner)}`;
      return;
    }
    const round = Math.min(radius, length(before, corner) / 2, length(corner, after) / 2);
    path += `L${at(towards(corner, before, round))}Q${at(corner)} ${at(towards(corner, after, round))}`;
  });
  return path;
}

/** The middle of a way, measured along it: where its label stands. */
export function middleOf(points: readonly Point[]): Point {
  const lengths = points.slice(1).map((point, index) => length(points[index] ?? point, point));
  let left = lengths.reduce((sum, one) => sum + one, 0) / 2;
  for (const [index, one] of lengths.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from === undefined || to === undefined) break;
    if (left <= one) return towards(from, to, left);
    left -= one;
  }
  return points[0] ?? [0, 0];
}

const coordinate = (point: Point, axis: 0 | 1): number => point[axis] ?? 0;
const at = (point: Point): string => `${round(coordinate(point, 0))} ${round(coordinate(point, 1))}`;
const round = (value: number): number => Math.round(value * 10) / 10;
const length = (a: Point, b: Point): number => Math.hypot(coordinate(b, 0) - coordinate(a, 0), coordinate(b, 1) - coordinate(a, 1));

function towards(from: Point, to: Point, distance: number): Point {
  const whole = length(from, to);
  const share = whole === 0 ? 0 : distance / whole;
  return [
    coordinate(from, 0) + share * (coordinate(to, 0) - coordinate(from, 0)),
    coordinate(from, 1) + share * (coordinate(to, 1) - coordinate(from, 1)),
  ];
}
