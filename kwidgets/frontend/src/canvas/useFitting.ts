// Keeps the graph in view: all of it while letters stay legible and nobody has moved the view, else what is new or asked for.
import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useRef } from "react";
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
    extent * zoom <= room - 2 * MARGIN ? (room - extent * zoom) / 2 - start * zoom : MARGIN - start * zoom;
  return { x: along(box.left, wide, width), y: along(box.top, high, height), zoom };
}

export interface Fitting {
  fit: () => void;
  /** The person moved the view: from now on it is theirs. */
  moved: () => void;
}

export function useFitting(flow: ReactFlowInstance<CanvasNode, WireEdge>, place: RefObject<HTMLDivElement | null>): Fitting {
  const graph = useGraph();
  const { shown } = useBuilder();
  const { ask } = useAsk();
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
    if (!theirs.current) fitWith(LEAST_ZOOM);
  }, [graph.places, graph.head.notes, fitWith]);

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

  useEffect(() => {
    if (shown === null) return;
    const at = latest.current.places.get(shown.id);
    if (at === undefined) return;
    const [x = 0, y = 0] = at;
    theirs.current = true;
    void flow.setCenter(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2, { zoom: 1, duration: 150 });
  }, [shown, flow]);

  return {
    fit: useCallback(() => {
      theirs.current = false;
      fitWith(0.1, 150);
    }, [fitWith]),
    moved: useCallback(() => {
      theirs.current = true;
    }, []),
  };
}
