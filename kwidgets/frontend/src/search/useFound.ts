// What Python finds for a text; while an answer is on its way, what was found before stays on the screen.
import { useEffect, useMemo, useRef } from "react";
import type { SearchRequest } from "../frame/BuilderContext";
import { useAnswer } from "../shared/context";
import type { FoldedRows, SearchAnswer, SearchRow } from "../shared/messages";
import { itemsOf, type SearchItem } from "./sections";

export interface Found {
  rows: readonly SearchRow[];
  items: readonly SearchItem[];
  after: string | null;
  folded: FoldedRows | null;
  /** Whether this is what was asked last. */
  fresh: boolean;
}

const NONE: SearchAnswer = { rows: [], after: null, folded: null };

export function useFound(text: string, { after, wire, find = false, waits = false }: SearchRequest, all: boolean): Found {
  const answer = useAnswer("search", { text, after, wire, find, all });
  const last = useRef<SearchAnswer>(NONE);
  useEffect(() => {
    if (answer !== null) last.current = answer;
  }, [answer]);
  const { rows, after: title, folded } = answer ?? last.current;
  const items = useMemo(() => itemsOf(rows, folded), [rows, folded]);
  return { rows, items, after: title, folded, fresh: answer !== null && !waits };
}
