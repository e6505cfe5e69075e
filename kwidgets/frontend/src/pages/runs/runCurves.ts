// Curves of many runs, which come in one message, and what is done to them before they are drawn.
import type { Phase, RunCurve } from "../../shared/messages";
import { baseOf, isShare, isValidation } from "../train/metrics";
import { type Line, smoothed } from "../train/shape";

/** Lines of one run, by "loss/validation". */
export type CurvesOfRun = ReadonlyMap<string, Line>;

export const keyOf = (metric: string): string => `${baseOf(metric)}/${isValidation(metric) ? ("validation" satisfies Phase) : "train"}`;

/** Curves by the ids of their runs, out of one buffer with all xs and one with all ys. */
export function unpacked(curves: readonly RunCurve[], xs: Float32Array, ys: Float32Array): Map<string, CurvesOfRun> {
  const found = new Map<string, Map<string, Line>>();
  let start = 0;
  for (const { run, name, phase, count } of curves) {
    const lines = found.get(run) ?? new Map<string, Line>();
    lines.set(`${name}/${phase}`, { xs: [...xs.subarray(start, start + count)], ys: [...ys.subarray(start, start + count)] });
    found.set(run, lines);
    start += count;
  }
  return found;
}

export interface Switches {
  fromZero: boolean;
  log: boolean;
  smooth: boolean;
}

const SMOOTHING = 0.8;

/** from: the epoch that the run went on from; its curves have what the other had done up to there. */
export function prepared(line: Line, from: number, { fromZero, smooth }: Switches): Line {
  const moved = fromZero && from > 0 ? since(line, from) : line;
  return smooth ? smoothed(moved, SMOOTHING) : moved;
}

function since({ xs, ys }: Line, from: number): Line {
  const first = xs.findIndex((x) => x > from);
  return first < 0 ? { xs: [], ys: [] } : { xs: xs.slice(first).map((x) => x - from), ys: ys.slice(first) };
}

/** Whether a logarithmic axis is for this metric: shares stay as they are. */
export const mayBeLog = (metric: string): boolean => !isShare(metric);
