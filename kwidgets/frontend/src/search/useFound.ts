// What Python finds for a text; while an answer is on its way, what was found before stays on the screen.
import { useEffect, useRef } from "react";
import type { SearchRequest } from "../frame/BuilderContext";
import { useAnswer } from "../shared/context";
import type { SearchRow } from "../shared/messages";

const NONE: readonly SearchRow[] = [];

export function useFound(text: string, { after, wire, find = false }: SearchRequest): { rows: readonly SearchRow[]; after: string | null; fresh: boolean } {
  const answer = useAnswer("search", { text, after, wire, find });
  const last = useRef<{ rows: readonly SearchRow[]; after: string | null }>({ rows: NONE, after: null });
  useEffect(() => {
    if (answer !== null) last.current = answer;
  }, [answer]);
  const { rows, after: title } = answer ?? last.current;
  return { rows, after: title, fresh: answer !== null };
}
