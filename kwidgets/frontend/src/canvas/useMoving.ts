// Cards that are being moved, by the mouse or by arrow keys; one gesture is one step of undo.
import { type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useAsk, useGraph } from "../shared/context";
import type { CanvasNode, Places } from "./flow";

const NONE: Places = new Map();
const REST = 500;

export interface Moving {
  dragging: Places;
  changed: (changes: readonly NodeChange<CanvasNode>[]) => void;
  /** A card let go: it stays there, or goes onto the wire under it where it has none of its own. */
  dropped: (onto: string | null) => void;
  nudge: (ids: readonly string[], dx: number, dy: number) => void;
  /** Sends at once what was nudged: something else comes next. */
  rest: () => void;
}

export function useMoving(): Moving {
  const graph = useGraph();
  const { ask } = useAsk();
  const [dragging, setDragging] = useState<Places>(NONE);
  const latest = useRef(dragging);
  latest.current = dragging;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // Python's places win once they have come.
  useEffect(() => setDragging(NONE), [graph.places, graph.head.notes]);

  const changed = useCallback((changes: readonly NodeChange<CanvasNode>[]) => {
    const moved = new Map<string, { x: number; y: number }>();
    for (const change of changes) {
      if (change.type === "position" && change.position !== undefined && change.dragging === true) moved.set(change.id, change.position);
    }
    // Changes may come several times before the next drawing: each adds to what the one before left.
    if (moved.size > 0) setDragging((before) => new Map([...before, ...moved]));
  }, []);
  const dropped = useCallback(async (onto: string | null = null) => {
    const places = [...latest.current];
    if (places.length === 0) return;
    const [id] = places[0] ?? [];
    if (onto !== null && id !== undefined) await ask("insert", { node: id, wire: onto });
    const cards = places.filter(([id]) => !id.startsWith("note "));
    for (const [id, at] of places.filter(([id]) => id.startsWith("note "))) {
      await ask("set_note", { note: id.slice("note ".length), position: [at.x, at.y] });
    }
    if (cards.length > 0 && onto === null) await ask("move", { positions: Object.fromEntries(cards.map(([id, at]) => [id, [at.x, at.y]])) });
    // A place that Python did not take (the card stands where it stood) must not stay on the screen.
    setDragging(NONE);
  }, [ask]);
  const nudge = useCallback(
    (ids: readonly string[], dx: number, dy: number) => {
      setDragging((before) => {
        const after = new Map(before);
        for (const id of ids) {
          const place = graph.places.get(id);
          const from = before.get(id) ?? { x: place?.[0] ?? 0, y: place?.[1] ?? 0 };
          after.set(id, { x: from.x + dx, y: from.y + dy });
        }
        return after;
      });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        timer.current = undefined;
        void dropped();
      }, REST);
    },
    [graph.places, dropped],
  );
  const rest = useCallback(() => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    void dropped();
  }, [dropped]);
  useEffect(() => rest, [rest]);
  return { dragging, changed, dropped: (onto) => void dropped(onto), nudge, rest };
}
