// What a mend would change: asked while it is pointed at or its page is open, and shown on the canvas while it is pointed at.
import { useAnswer } from "../shared/context";
import type { Consequences, MendOffer, Problem } from "../shared/messages";
import { useRested } from "../shared/useRested";
import { useShowPreview } from "./PreviewContext";

interface Wanted {
  pointedAt: boolean;
  open?: boolean;
}

export function useMendPreview(problem: Problem, mend: MendOffer | undefined, { pointedAt, open = false }: Wanted): Consequences | null {
  const asked = useRested((pointedAt || open) && mend !== undefined ? mend.id : null) !== null && mend !== undefined;
  const brings = useAnswer("consequences", asked ? { command: { do: "mend", problem: problem.id, mend: mend.id } } : null);
  useShowPreview(pointedAt ? (brings?.preview ?? null) : null);
  return brings;
}
