// The runs of a model whose kernel died before their end, in one line.
import type { KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";
import { whenText } from "./texts";

/** "" where there are none; the time where there is one, or all ended at the same minute. */
export function cameBack(rows: readonly KeptRun[], document: string, now = new Date()): string {
  const back = rows.filter((row) => row.state === "interrupted" && row.document === document && !row.hidden);
  if (back.length === 0) return "";
  const times = new Set(back.map(({ ended }) => (ended === null ? null : whenText(ended, now).replace(`${words.runs.today} `, ""))));
  const [time] = times;
  const numbers = back.map(({ number }) => number).sort((one, other) => one - other);
  return words.runs.cameBack(numbers, times.size === 1 ? (time ?? null) : null);
}
