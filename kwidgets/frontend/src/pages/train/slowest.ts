// Which of several processes the others wait for.
import type { RankFares } from "../../shared/messages";

/** The number of the process that waits least; null where there is none. */
export function slowestOf(ranks: readonly RankFares[]): number | null {
  const first = ranks[0];
  if (first === undefined) return null;
  return ranks.reduce((least, one) => (one.waiting < least.waiting ? one : least), first).rank;
}
