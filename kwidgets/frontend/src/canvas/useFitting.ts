// Keeps the graph in view: all of it while letters stay legible and nobody has moved the view, else what is new or asked for.
import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useAsk, useGraph } from "../shared/context";
import type { Graph } from "../shared/graph";
import { CARD_HEIGHT, CARD_WIDTH, type CanvasNode, type WireEdge } from "./flow";

export const LEAST_ZOOM = 0.85;
/** No more than what the layout in Python leaves at each side (12, at the least zoom). */
const MARGIN = 10;
/** What the tools at the lower edge take of the canvas, in px. */
const TOOLS = 34;
/** Changes of the canvas's size below this (in px) are no reason to lay the cards out anew. */
const NOTABLE = 12;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function boxOf(graph: Graph): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const take = (x: number, y: number, width: number, height: number) => {
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x + width);
    box.bottom = Math.max(box.bottom, y + height);
  };
  for (const [x = 0, y = 0] of graph.places.values()) take(x, y, CARD_WIDTH, CARD_HEIGHT);
  for (const { x, y, width, height } of graph.head.notes) take(x, y, width, height);
  for (const { points } of graph.wires.values()) for (const [x = 0, y = 0] of points) take(x, y, 0, 0);
  return box;
}

/** The view that shows a box: all of it where letters stay legible, else its beginning. */
export function viewOf(box: Box, width: number, height: number, least = LEAST_ZOOM): Viewport {
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const zoom = Math.max(least, Math.min(1, (width - 2 * MARGIN) / wide, (height - 2 * MARGIN) / high));
  const along = (start: number, extent: number, room: number) =>
    extent * zoom <= room ? (room - extent * zoom) / 2 - start * zoom : MARGIN - start * zoom;
  return { x: along(box.left, wide, width), y: along(box.top, high, height), zoom };
}

/** The view moved as little as it must be to show a box; null where it is shown already. */
export function inSight(view: Viewport, box: Box, { width, height }: { width: number; height: number }): Viewport | null {
  const along = (shift: number, from: number, to: number, room: number) => {
    const before = MARGIN - (from * view.zoom + shift);
    const behind = to * view.zoom + shift - (room - MARGIN);
    return before > 0 ? shift + before : behind > 0 ? shift - behind : shift;
  };
  const x = along(view.x, box.left, box.right, width);
  const y = along(view.y, box.top, box.bottom, height);
  return x === view.x && y === view.y ? null : { x, y, zoom: view.zoom };
}

/** Knows which card has just been made and chosen. */
class Fresh {
  private known: ReadonlySet<string> | null = null;
  private made: readonly string[] = [];

  next(order: readonly string[], selected: ReadonlySet<string>): string | null {
    const before = this.known;
    const come = before === null ? [] : order.filter((id) => !before.has(id));
    this.known = new Set(order);
    if (come.length > 0) this.made = come;
    // The choice may come before or after the graph.
    const found = this.made.filter((id) => selected.has(id)).at(-1) ?? null;
    if (found !== null) this.made = [];
    return found;
  }
}

/** How long a movement of the view takes, in ms; none where the system asks for none. */
function motion(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
}

export interface Fitting {
  fit: () => void;
  /** The person moved the view: from now on it is theirs. */
  moved: () => void;
}

/** held: whether something is being dragged, under which the view must not move. */
export function useFitting(flow: ReactFlowInstance<CanvasNode, WireEdge>, place: RefObject<HTMLDivElement | null>, held: boolean): Fitting {
  const graph = useGraph();
  const { shown, selected } = useBuilder();
  const { ask } = useAsk();
  const [fresh] = useState(() => new Fresh());
  const theirs = useRef(false);
  const latest = useRef(graph);
  latest.current = graph;
  const told = useRef({ width: 0, height: 0 });

  const size = useCallback(
    () => ({ width: place.current?.clientWidth ?? 0, height: Math.max(0, (place.current?.clientHeight ?? 0) - TOOLS) }),
    [place],
  );
  const fitWith = useCallback(
    (least: number, duration = 0) => {
      const { width, height } = size();
      if (width === 0 || height === 0 || latest.current.order.length === 0) return;
      void flow.setViewport(viewOf(boxOf(latest.current), width, height, least), { duration });
    },
    [flow, size],
  );

  useEffect(() => {
    if (!theirs.current && !held) fitWith(LEAST_ZOOM);
  }, [held, graph.places, graph.head.notes, fitWith]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const seen = () => {
      const now = size();
      // Hidden at first (a tab, a collapsed cell): drawn when it is seen.
      if (now.width === 0 || now.height === 0) return;
      const notable = Math.abs(now.width - told.current.width) > NOTABLE || Math.abs(now.height - told.current.height) > NOTABLE;
      if (notable) {
        told.current = now;
        void ask("canvas", now);
      }
      if (!theirs.current) fitWith(LEAST_ZOOM);
    };
    const observer = new ResizeObserver(seen);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ask, fitWith, place, size]);

  const reached = useRef<typeof shown>(null);
  useEffect(() => {
    // A card in a fold has its place only once the fold is open.
    const at = shown === null || shown === reached.current ? undefined : graph.places.get(shown.id);
    if (at === undefined) return;
    const [x = 0, y = 0] = at;
    reached.current = shown;
    const view = flow.getViewport();
    const box = { left: x, top: y, right: x + CARD_WIDTH, bottom: y + CARD_HEIGHT };
    if (view.zoom >= LEAST_ZOOM && inSight(view, box, size()) === null) return;
    theirs.current = true;
    void flow.setCenter(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2, { zoom: 1, duration: motion() });
  }, [shown, graph.places, flow, size]);

  useEffect(() => {
    const made = fresh.next(graph.order, selected);
    const [x = 0, y = 0] = (made === null ? null : graph.places.get(made)) ?? [];
    if (made === null) return;
    const view = inSight(flow.getViewport(), { left: x, top: y, right: x + CARD_WIDTH, bottom: y + CARD_HEIGHT }, size());
    if (view === null) return;
    theirs.current = true;
    void flow.setViewport(view, { duration: motion() });
  }, [flow, fresh, graph.order, graph.places, selected, size]);

  return {
    fit: useCallback(() => {
      theirs.current = false;
      fitWith(0.01, motion());
    }, [fitWith]),
    moved: useCallback(() => {
      theirs.current = true;
    }, []),
  };
}
