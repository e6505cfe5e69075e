// What the row that Enter would take would change of the model: asked once a hand rests on it, not at every key.
import { useMemo } from "react";
import type { SearchRequest } from "../frame/BuilderContext";
import type { Details } from "../shared/connection";
import { useAnswer } from "../shared/context";
import type { Consequences, SearchRow } from "../shared/messages";
import { useRested } from "../shared/useRested";
import { commandOf } from "./useChoosing";

export function useConsequences(row: SearchRow | null, request: SearchRequest): Consequences | null {
  const question = useMemo(() => {
    if (row === null || row.go !== null) return null;
    return JSON.stringify({ command: commandOf(row, request, false) });
  }, [row, request]);
  const rested = useRested(question);
  return useAnswer("consequences", rested === null ? null : (JSON.parse(rested) as Details<"consequences">));
}
