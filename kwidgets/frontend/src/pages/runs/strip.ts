// Where the checkpoints of a run stand on their strip, and which epochs are written below it.
import type { KeptRun, RunCheckpoint } from "../../shared/messages";
import { ticksOf } from "./ticks";

export interface Strip {
  /** Places from 0 to 1, in the order of the checkpoints. */
  places: readonly number[];
  labels: readonly { epoch: number; place: number }[];
  /** Whether there are so many that they are drawn small. */
  dense: boolean;
  place: (epoch: number) => number;
}

/** Labels that have room below the strip, and dots that do not touch each other. */
const MOST_LABELS = 12;
const MOST_DOTS = 16;

/** In the middle of an epoch a checkpoint stands half way to the next. */
const epochOf = ({ epoch, batch }: RunCheckpoint): number => epoch + (batch > 0 ? 0.5 : 0);

export function stripOf(checkpoints: readonly RunCheckpoint[], { epochs, parent }: Pick<KeptRun, "epochs" | "parent">): Strip {
  const at = checkpoints.map(epochOf);
  const low = at.reduce((one, other) => Math.min(one, other), parent?.epoch ?? 0);
  const high = at.reduce((one, other) => Math.max(one, other), Math.max(epochs, low + 1));
  const place = (epoch: number) => (epoch - low) / (high - low);
  const whole = ticksOf(Math.ceil(low), Math.floor(high), MOST_LABELS - 1).filter(Number.isInteger);
  return { places: at.map(place), labels: whole.map((epoch) => ({ epoch, place: place(epoch) })), dense: checkpoints.length > MOST_DOTS, place };
}

/** The index of the checkpoint nearest to a place. */
export function nearestTo(places: readonly number[], place: number): number {
  let best = 0;
  places.forEach((one, index) => {
    if (Math.abs(one - place) < Math.abs((places[best] ?? Infinity) - place)) best = index;
  });
  return best;
}
