// Columns before and behind a step, those of one name side by side.
import type { StepPreview } from "../../shared/messages";

export interface Pair {
  name: string;
  /** Values before and behind the step; null where there is no such column. */
  before: readonly (string | null)[] | null;
  after: readonly (string | null)[] | null;
}

/** The columns before the step, each with what it has become, then those that are new. */
export function pairsOf({ before, after }: Pick<StepPreview, "before" | "after">): Pair[] {
  const changed = before.map(({ name, values }) => ({ name, before: values, after: after.find((one) => one.name === name)?.values ?? null }));
  const added = after.filter(({ name }) => before.every((one) => one.name !== name));
  return [...changed, ...added.map(({ name, values }) => ({ name, before: null, after: values }))];
}
