// A card without wires that is dragged over a wire goes onto it where it is let go.
import { type RefObject, useCallback, useEffect, useState } from "react";
import { useGraph } from "../shared/context";
import type { Graph } from "../shared/graph";
import type { Point } from "../shared/messages";
import { CARD_HEIGHT, CARD_WIDTH, type Places } from "./flow";
import { markWire } from "./wireUnder";

/** How far from its edge a wire must pass under a card to be meant, in canvas units. */
const INSIDE = 8;

/** The wire under the middle part of a card at a place: of several the one nearest to its middle. */
export function wireThrough(graph: Graph, at: { x: number; y: number }): string | null {
  const under = [...graph.wires.values()].flatMap(({ id, points }) =>
    points.slice(1).flatMap((end, index) => {
      const distance = distanceUnder(points[index] ?? end, end, at);
      return distance === null ? [] : [{ id, distance }];
    }),
  );
  return under.sort((one, other) => one.distance - other.distance)[0]?.id ?? null;
}

/** How far from the middle of a card a straight piece of a wire passes under it; null where it does not. */
function distanceUnder([x1 = 0, y1 = 0]: Point, [x2 = 0, y2 = 0]: Point, { x, y }: { x: number; y: number }): number | null {
  const [left, right] = [Math.max(Math.min(x1, x2), x + INSIDE), Math.min(Math.max(x1, x2), x + CARD_WIDTH - INSIDE)];
  const [top, bottom] = [Math.max(Math.min(y1, y2), y + INSIDE), Math.min(Math.max(y1, y2), y + CARD_HEIGHT - INSIDE)];
  if (left > right || top > bottom) return null;
  return Math.abs((left + right) / 2 - x - CARD_WIDTH / 2) + Math.abs((top + bottom) / 2 - y - CARD_HEIGHT / 2);
}

function isLoose(graph: Graph, id: string): boolean {
  const card = graph.cards.get(id);
  if (card === undefined || card.inputs === 0 || card.fold !== null) return false;
  return ![...graph.wires.values()].some((wire) => wire.source === id || wire.target === id);
}

export interface Inserting {
  begin: () => void;
  /** Gives the wire onto which what was dragged goes; null for none. */
  end: () => string | null;
}

/** dragging: the cards that are being moved, with their places. */
export function useInserting(place: RefObject<HTMLElement | null>, dragging: Places): Inserting {
  const graph = useGraph();
  const [byMouse, setByMouse] = useState(false);
  const [[id, at] = []] = dragging;
  const wire = byMouse && id !== undefined && at !== undefined && dragging.size === 1 && isLoose(graph, id) ? wireThrough(graph, at) : null;
  useEffect(() => markWire(place.current, wire), [place, wire]);
  const end = () => {
    setByMouse(false);
    return wire;
  };
  return { begin: useCallback(() => setByMouse(true), []), end };
}
