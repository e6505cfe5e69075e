// What the row that Enter would take would change of the model: asked once a hand rests on it, not at every key.
import { useEffect, useMemo, useState } from "react";
import type { SearchRequest } from "../frame/BuilderContext";
import type { Details } from "../shared/connection";
import { useAnswer } from "../shared/context";
import type { Consequences, SearchRow } from "../shared/messages";
import { commandOf } from "./useChoosing";

/** How long a row must have been the chosen one, in ms. */
const REST = 90;

export function useConsequences(row: SearchRow | null, request: SearchRequest): Consequences | null {
  const question = useMemo(() => {
    if (row === null || row.go !== null) return null;
    return JSON.stringify({ command: commandOf(row, request, false) });
  }, [row, request]);
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested(question), REST);
    return () => clearTimeout(timer);
  }, [question]);
  const asked = rested !== null && rested === question ? (JSON.parse(rested) as Details<"consequences">) : null;
  return useAnswer("consequences", asked);
}
