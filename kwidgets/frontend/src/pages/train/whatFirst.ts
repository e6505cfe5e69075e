// What stands between a model and its first training.
import type { Data, Head } from "../../shared/messages";

export type First =
  | { kind: "empty" }
  | { kind: "wrong"; sentences: readonly string[] }
  | { kind: "data"; missing: readonly string[]; sentences: readonly string[] }
  | { kind: "ready" };

export function whatFirst(head: Head, data: Data): First {
  if (head.totals.layers === 0) return { kind: "empty" };
  const errors = head.problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) return { kind: "wrong", sentences: errors.map(({ layer, sentence }) => (layer === null ? sentence : `${layer}: ${sentence}`)) };
  const missing = [...Object.entries(data.inputs), ...Object.entries(data.targets)].filter(([, array]) => array === null).map(([name]) => name);
  if (missing.length > 0 || data.problems.length > 0) return { kind: "data", missing, sentences: data.problems.map((problem) => problem.sentence) };
  return { kind: "ready" };
}
