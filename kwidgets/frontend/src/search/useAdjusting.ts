// Settings of the row that Enter would take, changed before it is added. Another row begins with its own.
import { useCallback, useMemo, useRef, useState } from "react";
import type { SearchRequest } from "../frame/BuilderContext";
import { type Details, isRefusal } from "../shared/connection";
import { useAsk } from "../shared/context";
import type { Json, Refusal, SearchRow } from "../shared/messages";
import { commandOf } from "./useChoosing";

interface Changes {
  of: SearchRow;
  settings: Readonly<Record<string, Json>>;
}

export interface Adjusting {
  /** The row with what was changed of it. */
  row: SearchRow | null;
  /** As it is at this moment, for who is not drawn. */
  now: () => SearchRow | null;
  set: (name: string, value: Json) => Promise<Refusal | null>;
}

export function useAdjusting(row: SearchRow | null, request: SearchRequest): Adjusting {
  const { askQuietly } = useAsk();
  const latest = useRef<Changes | null>(null);
  const [changes, setChanges] = useState<Changes | null>(null);
  const adjusted = useMemo(() => withChanges(row, changes), [row, changes]);
  const now = useCallback(() => withChanges(row, latest.current), [row]);
  const set = useCallback(
    async (name: string, value: Json): Promise<Refusal | null> => {
      if (row === null) return null;
      const before = latest.current?.of === row ? latest.current.settings : {};
      const wanted = { of: row, settings: { ...before, [name]: value } };
      const tried = commandOf(withChanges(row, wanted) ?? row, request, false) as Details<"consequences">["command"];
      const reply = await askQuietly("consequences", { command: tried });
      if (isRefusal(reply)) return reply;
      if (reply.impossible !== null) return { refused: reply.impossible };
      latest.current = wanted;
      setChanges(wanted);
      return null;
    },
    [askQuietly, request, row],
  );
  return { row: adjusted, now, set };
}

function withChanges(row: SearchRow | null, changes: Changes | null): SearchRow | null {
  if (row === null || changes?.of !== row) return row;
  const settings = { ...row.settings, ...changes.settings };
  const command = row.command === null ? null : { ...row.command, settings: { ...(row.command["settings"] as object), ...changes.settings } };
  return { ...row, settings, command };
}
