// What is drawn of a column: shares of its values, the target's mean over its bars.
import type { ClassCount, TableColumn, TableFacts } from "../../shared/messages";

/** Values that have a part of the bar with their name. */
const MOST_NAMED = 4;
/** Where not even the most frequent value has this share, one of them stands as an example. */
export const LEAST_NAMED = 0.04;
/** Columns of the rows that are shown. */
export const MOST_IN_ROWS = 60;

/** The columns whose name holds what is sought, the target first. */
export function columnsShown({ columns, target }: Pick<TableFacts, "columns" | "target">, sought: string): TableColumn[] {
  const named = columns.filter(({ name }) => name.toLowerCase().includes(sought.trim().toLowerCase()));
  return named.sort((a, b) => Number(b.name === target) - Number(a.name === target));
}

/** The most frequent values with their shares of all that are there, and the share of the others. */
export function shownShares(most: readonly ClassCount[], present: number): { shown: { name: string; share: number }[]; more: number } {
  const shown = most.slice(0, MOST_NAMED).map(({ name, count }) => ({ name, share: present > 0 ? count / present : 0 }));
  return { shown, more: Math.max(0, 1 - shown.reduce((sum, { share }) => sum + share, 0)) };
}

/** Points of the target's mean in the steps that have one, from its least to its most; "" where it is the same everywhere. */
export function meansLine(means: readonly (number | null)[], width: number, height: number): string {
  const known = means.filter((mean): mean is number => mean !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  if (known.length < 2 || !(high > low)) return "";
  const points = means.map((mean, index) => {
    if (mean === null) return null;
    const [x, y] = [((index + 0.5) * width) / means.length, height - 2 - ((mean - low) / (high - low)) * (height - 4)];
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return points.filter((point) => point !== null).join(" ");
}

/** A share as "0 %", "0.4 %", "83 %". */
export const percentText = (share: number): string => `${share >= 0.0005 && share < 0.0095 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
