// A card without wires that is dragged over a wire goes onto it where it is let go.
import { type RefObject, useCallback } from "react";
import { useGraph } from "../shared/context";
import type { CanvasNode } from "./flow";
import { markWire, wireUnder } from "./wireUnder";

/** Where on the card a wire may be, as shares of its width and height: from the middle outwards. */
const SHARES = [0.5, 0.35, 0.65, 0.2, 0.8];
const PROBES = SHARES.flatMap((down) => SHARES.map((along) => [along, down] as const));

export interface Inserting {
  /** The wire onto which what is being dragged would go. */
  wireFor: (dragged: readonly CanvasNode[]) => string | null;
  mark: (wire: string | null) => void;
}

export function useInserting(place: RefObject<HTMLElement | null>): Inserting {
  const { wires, cards } = useGraph();
  const wireFor = useCallback(
    (dragged: readonly CanvasNode[]) => {
      const [node] = dragged;
      const card = node === undefined || dragged.length > 1 ? undefined : cards.get(node.id);
      const loose = card !== undefined && card.inputs !== 0 && card.fold === null && ![...wires.values()].some((wire) => wire.source === card.id || wire.target === card.id);
      const box = loose ? place.current?.querySelector(`.react-flow__node[data-id="${CSS.escape(card.id)}"]`)?.getBoundingClientRect() : undefined;
      if (box === undefined) return null;
      for (const [along, down] of PROBES) {
        const wire = wireUnder(box.left + along * box.width, box.top + down * box.height);
        if (wire !== null) return wire;
      }
      return null;
    },
    [cards, place, wires],
  );
  const mark = useCallback((wire: string | null) => markWire(place.current, wire), [place]);
  return { wireFor, mark };
}
