// What all parts of one inspector share: renaming, connecting, and what is folded away while the builder lives.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { layerOf, renamed } from "../shared/ids";
import { useBuilder } from "../frame/BuilderContext";
import { type Connection, isRefusal } from "../shared/connection";
import { useAsk, useGraph, useShared } from "../shared/context";
import type { Card, Refusal } from "../shared/messages";

export interface InspectorShared {
  /** Gives a layer another name and keeps it chosen; shows a refusal. */
  rename: (card: Card, name: string) => Promise<Refusal | null>;
  /** Begins a wire out of this card on the canvas. */
  onConnect: (id: string) => void;
  onFind: () => void;
}

export const InspectorContext = createContext<InspectorShared | null>(null);

export function useInspector(): InspectorShared {
  const shared = useContext(InspectorContext);
  if (shared === null) throw new Error("kwidgets: a component stands outside of the inspector");
  return shared;
}

export function useInspectorShared(onConnect: (id: string) => void, onFind: () => void): InspectorShared {
  const rename = useRename();
  return useMemo(() => ({ rename, onConnect, onFind }), [rename, onConnect, onFind]);
}

function useRename(): InspectorShared["rename"] {
  const { ask } = useAsk();
  const { selected, select } = useBuilder();
  const { cards } = useGraph();
  const latest = useRef({ selected, cards });
  useEffect(() => {
    latest.current = { selected, cards };
  });
  return useCallback(
    async (card, name) => {
      // A name that is sent because another card was chosen must not bring the selection back.
      await Promise.resolve();
      const now = latest.current;
      const after = renamed(card.id, name);
      // The id changes with the name: both are chosen until the graph with the new one has come.
      if (now.selected.has(card.id) && !now.cards.has(after)) select([...now.selected, after]);
      const reply = await ask("rename", { layer: layerOf(card.id), name });
      return isRefusal(reply) ? reply : null;
    },
    [ask, select],
  );
}

/** Whether the graph cannot be edited now. */
export function useLocked(): boolean {
  return useGraph().head.locked !== null;
}

const folds = new WeakMap<Connection, Map<string, boolean>>();

function keptFolds(connection: Connection): Map<string, boolean> {
  const kept = folds.get(connection) ?? new Map<string, boolean>();
  folds.set(connection, kept);
  return kept;
}

/** Whether the part of this name is open, remembered while the builder lives. */
export function useFold(name: string, initial = false): [open: boolean, set: (open: boolean) => void] {
  const { connection } = useShared();
  const kept = keptFolds(connection);
  const [, draw] = useState(0);
  const set = useCallback(
    (open: boolean) => {
      keptFolds(connection).set(name, open);
      draw((count) => count + 1);
    },
    [connection, name],
  );
  return [kept.get(name) ?? initial, set];
}
