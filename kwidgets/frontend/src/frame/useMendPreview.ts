// What a mend would change: asked while it is pointed at, and shown on the canvas.
import { useAnswer } from "../shared/context";
import type { Consequences, MendOffer, Problem } from "../shared/messages";
import { useRested } from "../shared/useRested";
import { useShowPreview } from "./PreviewContext";

export function useMendPreview(problem: Problem, mend: MendOffer | undefined, wanted: boolean): Consequences | null {
  const asked = useRested(wanted && mend !== undefined ? mend.id : null) !== null && mend !== undefined;
  const brings = useAnswer("consequences", asked ? { command: { do: "mend", problem: problem.id, mend: mend.id } } : null);
  useShowPreview(brings?.preview ?? null);
  return brings;
}
