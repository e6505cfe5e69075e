import type { Field, Json } from "../../shared/messages";

/** Rows trained on and rows kept for validation: the last ones, cut where the engine cuts. known: how many a table's split keeps. */
export function splitOf(samples: number, share: number, known: number | null = null): { train: number; validation: number } {
  if (known !== null) return { train: samples - known, validation: known };
  const train = share > 0 ? Math.floor(samples * (1 - share)) : samples;
  return { train, validation: samples - train };
}

/** How many equal parts of a cross-validation are made, so that no share is asked for; null: none are. */
export function foldsOf(table: readonly Field[] | null): number | null {
  const value = table?.find(({ name }) => name === "folds")?.value;
  return typeof value === "number" ? value : null;
}

/** Largest share to which the border is drawn, in percent; what can be typed is Python's to say. */
export const MOST_KEPT = 90;

/** What was typed as a share; null: it is no percentage. */
export function shareOf(percent: string): number | null {
  const value = Number(percent.trim().replace("%", "").replace(",", "."));
  return percent.trim() !== "" && !Number.isNaN(value) ? Number((value / 100).toFixed(6)) : null;
}

export const percentOf = (share: number): string => String(Number((100 * share).toFixed(4)));

/** Whether a setting of a table's split means something with the others. */
export function countsIn(name: string, { by, folds }: Readonly<Record<string, Json>>): boolean {
  if (name === "column") return by === "group" || by === "time";
  if (name === "same_share") return by === "chance";
  if (name === "seed") return by === "chance" || by === "group";
  return name !== "fold" || typeof folds === "number";
}
