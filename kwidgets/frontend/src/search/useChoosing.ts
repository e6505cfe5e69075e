// What a chosen row of the search does: go to a layer of the model, or add one where the search was opened.
import { useCallback } from "react";
import { branches, type SearchRequest, useBuilder } from "../frame/BuilderContext";
import { useMaking } from "../frame/useMaking";
import type { Details } from "../shared/connection";
import type { Point, SearchRow } from "../shared/messages";

export function useChoosing(request: SearchRequest, close: () => void): (row: SearchRow | null, beside: boolean) => Promise<void> {
  const make = useMaking();
  const { show } = useBuilder();
  return useCallback(
    async (row, beside) => {
      if (row === null) return;
      close();
      if (row.go !== null) return show(row.go);
      const { gesture, details } = additionOf(row, request, beside);
      await make(gesture as "add", details as Details<"add">);
    },
    [close, make, request, show],
  );
}

/** The command that adds a row, as Python tries it out. */
export function commandOf(row: SearchRow, request: SearchRequest, beside: boolean): object {
  const { gesture, details } = additionOf(row, request, beside);
  return { ...details, do: gesture };
}

type Addition = { gesture: "add"; details: Details<"add"> } | { gesture: "add_with"; details: Details<"add_with"> } | { gesture: "add_block"; details: Details<"add_block"> };

export function additionOf(row: SearchRow, request: SearchRequest, beside: boolean): Addition {
  const where: { position?: Point; beside?: boolean } = {
    ...(request.position === null ? {} : { position: request.position }),
    ...(beside || branches(request) ? { beside: true } : {}),
  };
  // Python made the command for this table's gestures; it is sent back as it came, to where the box was opened.
  if (row.command !== null) return { gesture: row.command.do, details: { ...row.command, ...where } } as unknown as Addition;
  const place = request.wire !== null ? { wire: request.wire } : request.after !== null ? { after: request.after } : {};
  return { gesture: "add", details: { class_name: row.class_name, settings: row.settings, ...place, ...where } };
}
