// Tells the inspector what Enter would add, with the settings it may still be given, and what that would change.
import { useCallback, useEffect, useMemo, useState } from "react";
import { type Offered, type SearchRequest, useBuilder } from "../frame/BuilderContext";
import type { Consequences, SearchRow } from "../shared/messages";
import { useAdjusting } from "./useAdjusting";
import { useConsequences } from "./useConsequences";

interface Ways {
  add: (row: SearchRow, beside: boolean) => void;
  /** Back to the search's text. */
  leave: () => void;
}

/** null: no row is chosen. */
export function useOffering(row: SearchRow | null, request: SearchRequest, { add, leave }: Ways): Offered | null {
  const { offer } = useBuilder();
  const { row: adjusted, now, set } = useAdjusting(row, request);
  const brings = useLatest(row, useConsequences(adjusted, request));
  const addNow = useCallback(
    (beside: boolean) => {
      const meant = now();
      if (meant !== null) add(meant, beside);
    },
    [add, now],
  );
  const offered = useMemo(() => (adjusted === null ? null : { row: adjusted, brings, set, add: addNow, leave }), [adjusted, brings, set, addNow, leave]);
  useEffect(() => offer(offered), [offered, offer]);
  useEffect(() => () => offer(null), [offer]);
  return offered;
}

/** What is known of a row: while its changed settings are tried, what was said before stays, and with it the fields. */
function useLatest(row: SearchRow | null, brings: Consequences | null): Consequences | null {
  const [known, setKnown] = useState<{ row: SearchRow | null; brings: Consequences } | null>(null);
  useEffect(() => {
    if (brings !== null) setKnown({ row, brings });
  }, [brings, row]);
  return brings ?? (known !== null && known.row === row ? known.brings : null);
}
