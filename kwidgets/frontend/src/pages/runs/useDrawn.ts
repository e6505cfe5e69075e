// Which runs are drawn and in which colours.
import { useCallback, useEffect, useMemo } from "react";
import type { KeptRun } from "../../shared/messages";
import { coloured } from "./colours";
import { NEWEST, sorted } from "./table";
import { useKeptStore } from "./useKeptRuns";
import type { RunsView } from "./useRunsView";

/** Runs whose curves are drawn unasked. */
const UNASKED = 4;

export interface Drawn {
  drawn: readonly KeptRun[];
  colours: ReadonlyMap<string, number>;
  colourOf: (id: string) => number | null;
  draw: (ids: readonly string[], drawn: boolean) => void;
}

/** The newest of the shown runs until swatches are pressed, and the opened one; only those that are compared while they are. */
export function useDrawn(shown: readonly KeptRun[], compared: readonly KeptRun[] | null, view: RunsView, set: (change: Partial<RunsView>) => void): Drawn {
  const { drawn: pressedOn, opened } = view;
  const drawn = useMemo(() => {
    if (compared !== null) return compared;
    const newest = sorted(shown, NEWEST);
    const unasked = new Set(newest.slice(0, UNASKED).map(({ id }) => id));
    return newest.filter(({ id }) => pressedOn[id] ?? (unasked.has(id) || id === opened));
  }, [shown, compared, pressedOn, opened]);
  const store = useKeptStore();
  const colours = useMemo(() => coloured(store.colours, drawn.map(({ id }) => id)), [store, drawn]);
  useEffect(() => {
    store.colours = colours;
  }, [store, colours]);
  const ids = useMemo(() => new Set(drawn.map(({ id }) => id)), [drawn]);
  const colourOf = useCallback((id: string) => (ids.has(id) ? (colours.get(id) ?? 0) : null), [ids, colours]);
  const draw = (wanted: readonly string[], on: boolean) => set({ drawn: { ...pressedOn, ...Object.fromEntries(wanted.map((id) => [id, on])) } });
  return { drawn, colours, colourOf, draw };
}
