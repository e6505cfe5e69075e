// The lines of one metric's chart: which there are, how each looks, and their points as the chart wants them.
import type { Curves } from "./curves";
import { type Line, smoothed } from "./shape";

/** Names of styles; the theme gives each a colour. */
export type Role = "batch" | "train" | "validation" | "faint-train" | "faint-validation" | "earlier";

export interface Drawn extends Line {
  role: Role;
  /** Whether each point gets a dot: epochs do while they are few. */
  points: boolean;
}

/** The course of batches is smoothed at least so much: on top of the batches themselves it would say nothing. */
const LEAST = 0.3;

/** More epochs than these are drawn without a dot each. */
export const MOST_DOTS = 30;

/**
 * Batches faint behind; the training line is their smooth course, or the epochs' means without smoothing; validation as a
 * line through its epochs. Whatever is smoothed stays behind, faint.
 */
export function linesOf(curves: Curves, name: string, smoothing: number, earlier: readonly Curves[]): Drawn[] {
  const batch = curves.get(name, "batch");
  const train = curves.get(name, "train");
  const validation = curves.get(name, "validation");
  const drawn: Drawn[] = earlier.flatMap((one) => earlierLine(one, name));
  if (batch !== undefined) drawn.push(line("batch", batch, false));
  const means = train !== undefined && (smoothing === 0 || batch === undefined) && train.xs.length > 1;
  if (means) drawn.push(...smooth("train", train, smoothing));
  else if (batch !== undefined) drawn.push(line("train", smoothed(batch, Math.max(smoothing, LEAST)), false));
  else if (train !== undefined) drawn.push(line("train", train));
  if (validation !== undefined) drawn.push(...smooth("validation", validation, smoothing));
  return drawn;
}

function line(role: Role, { xs, ys }: Line, dots = true): Drawn {
  return { role, xs, ys, points: dots && xs.length <= MOST_DOTS };
}

function smooth(role: "train" | "validation", epochs: Line, smoothing: number): Drawn[] {
  if (smoothing === 0 || epochs.xs.length <= MOST_DOTS) return [line(role, epochs)];
  return [line(`faint-${role}`, epochs, false), line(role, smoothed(epochs, smoothing), false)];
}

function earlierLine(curves: Curves, name: string): Drawn[] {
  const found = curves.get(name, "validation") ?? curves.get(name, "train");
  return found === undefined ? [] : [line("earlier", found, false)];
}
