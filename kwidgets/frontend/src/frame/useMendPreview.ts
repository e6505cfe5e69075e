// What a mend of the graph or of the data would change: asked while it is pointed at or its page is open, and shown on the
// canvas while it is pointed at.
import { useAnswer } from "../shared/context";
import type { Consequences } from "../shared/messages";
import { useRested } from "../shared/useRested";
import { useShowPreview } from "./PreviewContext";

interface Wanted {
  pointedAt: boolean;
  open?: boolean;
}

interface Named {
  id: string;
}

export function useMendPreview(problem: Named, mend: Named | undefined, { pointedAt, open = false }: Wanted, command: "mend" | "mend_data" = "mend"): Consequences | null {
  const asked = useRested((pointedAt || open) && mend !== undefined ? mend.id : null) !== null && mend !== undefined;
  const brings = useAnswer("consequences", asked ? { command: { do: command, problem: problem.id, mend: mend.id } } : null);
  useShowPreview(pointedAt ? (brings?.preview ?? null) : null);
  return brings;
}
