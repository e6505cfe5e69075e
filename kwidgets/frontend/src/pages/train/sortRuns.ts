// The order of the table of runs.
import type { RunRow } from "../../shared/messages";
import { isShare } from "./metrics";

/** "number", "seconds", or the name of a value. */
export interface Order {
  by: string;
  falling: boolean;
}

/** The order that a first click on a column gives: what is best comes first. */
export function firstOrder(by: string): Order {
  return { by, falling: by === "number" || isShare(by) };
}

/** Sorted rows; those that lack the value come last either way. */
export function sortedRuns(runs: readonly RunRow[], { by, falling }: Order): RunRow[] {
  const value = (row: RunRow): number | null => (by === "number" ? row.number : by === "seconds" ? row.seconds : (row.values[by] ?? null));
  return [...runs].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return falling ? b - a : a - b;
  });
}
