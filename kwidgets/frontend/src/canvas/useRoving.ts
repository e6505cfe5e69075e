// One stop for Tab on the canvas: keys go on from there to the other cards and to their wires.
import type { ReactFlowInstance } from "@xyflow/react";
import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { isPressed, takesText } from "../frame/keys";
import { useGraph } from "../shared/context";
import type { Graph } from "../shared/graph";
import { CARD_HEIGHT, CARD_WIDTH, type CanvasNode, type WireEdge } from "./flow";
import { cardTowards, type Way, wiresOf } from "./neighbours";
import { inSight } from "./useFitting";

const ARROWS: Record<string, Way> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const ENDS: Record<string, Way> = { Home: "first", End: "last" };
const WIRES = "w";

export interface Roving {
  /** The card with the Tab stop; null while there is none. */
  stop: string | null;
  entered: (event: FocusEvent) => void;
  /** Takes the keys that go from card to card; whether it took this one. */
  keyDown: (event: KeyboardEvent) => boolean;
}

/** Which way a key leads: plain arrows only while nothing is chosen, for they move what is. */
function wayOf(event: KeyboardEvent, chosen: boolean): Way | undefined {
  if (event.altKey || event.shiftKey) return undefined;
  const mod = event.ctrlKey || event.metaKey;
  return mod || !chosen ? (ARROWS[event.key] ?? (mod ? undefined : ENDS[event.key])) : ENDS[event.key];
}

export function useRoving(flow: ReactFlowInstance<CanvasNode, WireEdge>, place: RefObject<HTMLElement | null>): Roving {
  const graph = useGraph();
  const { selected } = useBuilder();
  const [last, setLast] = useState<string | null>(null);
  const wireCard = useRef<string | null>(null);
  // Who chooses a card wants to go on from there.
  const chosen = graph.order.find((id) => selected.has(id));
  useEffect(() => setLast(null), [chosen]);
  const stop = last !== null && graph.cards.has(last) ? last : (chosen ?? graph.order[0] ?? null);

  const show = useCallback(
    (id: string) => {
      const at = graph.places.get(id);
      const element = place.current;
      if (at === undefined || element === null) return;
      const [x = 0, y = 0] = at;
      const box = { left: x, top: y, right: x + CARD_WIDTH, bottom: y + CARD_HEIGHT };
      const view = inSight(flow.getViewport(), box, { width: element.clientWidth, height: element.clientHeight });
      if (view !== null) void flow.setViewport(view);
    },
    [flow, graph.places, place],
  );
  const focus = useCallback(
    (id: string) => {
      show(id);
      setLast(id);
      wireCard.current = null;
      whenDrawn(place.current, `.react-flow__node-card[data-id="${CSS.escape(id)}"]`);
    },
    [place, show],
  );
  const entered = useCallback(
    (event: FocusEvent) => {
      const id = partWithFocus(event.target, "node-card");
      if (id === null) return;
      setLast(id);
      // By the mouse it is in sight, and the view must not move under it.
      if (event.target.matches(":focus-visible")) show(id);
    },
    [show],
  );
  const keyDown = (event: KeyboardEvent): boolean => {
    if (takesText(event.target) || !(event.target instanceof Element) || event.target.closest(".kw-canvas") === null) return false;
    const card = partWithFocus(event.target, "node-card");
    const wire = partWithFocus(event.target, "edge");
    const way = wayOf(event, selected.size > 0);
    const next = way === undefined ? null : nextCard(graph, { card, wire, stop }, way);
    const start = wire === null ? (card ?? stop) : wireCard.current;
    if (next !== null) focus(next);
    else if (way === undefined && isPressed(event, WIRES) && start !== null) {
      wireCard.current = start;
      const wires = wiresOf(graph, start);
      const along = wires[(wires.indexOf(wire ?? "") + 1) % wires.length];
      if (along !== undefined) whenDrawn(place.current, `.react-flow__edge[data-id="${CSS.escape(along)}"]`);
    } else if (way === undefined) return false;
    event.preventDefault();
    return true;
  };
  return { stop, entered, keyDown };
}

interface Start {
  card: string | null;
  wire: string | null;
  stop: string | null;
}

function nextCard(graph: Graph, { card, wire, stop }: Start, way: Way): string | null {
  const along = wire === null ? undefined : graph.wires.get(wire);
  if (along !== undefined && way === "down") return along.target;
  if (along !== undefined && way === "up") return along.source;
  if (card !== null) return cardTowards(graph, card, way);
  // Where the canvas itself has the focus, the first key goes to its stop.
  return way === "first" || way === "last" ? cardTowards(graph, "", way) : (along?.source ?? stop);
}

/** Id of the card or wire that has the focus itself, not of one around it. */
function partWithFocus(target: Element, kind: "node-card" | "edge"): string | null {
  return target.classList.contains(`react-flow__${kind}`) ? target.getAttribute("data-id") : null;
}

/** Gives a part the focus: at once where it is drawn, else with the next picture, for a large model draws only what is seen. */
function whenDrawn(canvas: HTMLElement | null, part: string): void {
  const take = () => {
    const element = canvas?.querySelector<HTMLElement | SVGElement>(part);
    element?.focus({ preventScroll: true });
    return element !== undefined && element !== null;
  };
  if (!take()) requestAnimationFrame(() => requestAnimationFrame(take));
}
