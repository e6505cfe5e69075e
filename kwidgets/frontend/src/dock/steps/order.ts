// The order of a batch's step: forward, then back; and where a key leads from one of it.
import type { StepDirection, StepEntry } from "../../shared/messages";

export interface Way {
  direction: StepDirection;
  entries: { entry: StepEntry; place: number }[];
}

/** The steps of each direction, with their places in the whole. */
export function partsOf(steps: readonly StepEntry[]): Way[] {
  const numbered = steps.map((entry, place) => ({ entry, place }));
  return (["forward", "backward"] as const).map((direction) => ({ direction, entries: numbered.filter(({ entry }) => entry.direction === direction) }));
}

/** The place that a key leads to; null for another key, and at the ends. */
export function placeAfter(key: string, place: number, count: number): number | null {
  const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: count - 1 }[key];
  return next === undefined || next < 0 || next >= count || next === place ? null : next;
}
