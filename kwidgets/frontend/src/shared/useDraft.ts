// What a person has typed into one field: a draft waits for a press; an edit sends itself, and lives until it was answered.
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Connection } from "./connection";
import { useShared } from "./context";
import { Drafts, Shelf } from "./drafts";

/** Shared by all builders of the page. */
const shelf = new Shelf();
const CELL = ".jp-Cell";

export interface Draft<Value> {
  value: Value | null;
  /** As it is at this moment, for who is not drawn. */
  now: () => Value | null;
  set: (value: Value | null) => void;
}

/** The text of a field that waits for a press: it outlives its part, the view, and a view of a kernel that is gone. */
export function useDraft<Value = string>(name: string): Draft<Value> {
  return useValue<Value>(useShared().drafts, name);
}

const edits = new WeakMap<Connection, Drafts>();

/** The text of a field that sends itself when it is left. It outlives its part as long as no answer has come. */
export function useEditDraft<Value>(name: string): Draft<Value> {
  const { connection } = useShared();
  const drafts = edits.get(connection) ?? new Drafts();
  edits.set(connection, drafts);
  return useValue<Value>(drafts, name);
}

function useValue<Value>(drafts: Drafts, name: string): Draft<Value> {
  const now = useCallback(() => drafts.get(name) as Value | null, [drafts, name]);
  const value = useSyncExternalStore(drafts.subscribe, now);
  const set = useCallback((next: Value | null) => drafts.set(name, next), [drafts, name]);
  return useMemo(() => ({ value, now, set }), [value, now, set]);
}

/** The drafts of a view, which are left to the next view of the widget, or in the cell, when this one goes away. */
export function useDraftsOfView(widget: string, host: HTMLElement): Drafts {
  const [drafts] = useState(() => shelf.take(widget) ?? new Drafts());
  useEffect(() => {
    let cell: Element | null = null;
    // In the document only while somebody can type: not when the view is made or taken away, nor in a full window.
    const entered = () => {
      cell = host.closest(CELL) ?? cell;
    };
    host.addEventListener("focusin", entered);
    return () => {
      host.removeEventListener("focusin", entered);
      shelf.put(widget, cell, drafts);
    };
  }, [drafts, host, widget]);
  return drafts;
}

/** What was typed in the view that stood here before, of a kernel that has gone. */
export function useLeftBehind(name: string): () => unknown {
  const { root, drafts } = useShared();
  return useCallback(() => {
    const cell = root()?.closest(CELL) ?? null;
    const before = cell === null ? null : shelf.takeFrom(cell);
    return before === null || before === drafts ? null : before.get(name);
  }, [drafts, name, root]);
}
