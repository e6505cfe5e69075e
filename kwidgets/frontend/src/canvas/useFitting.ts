// Keeps the graph in view: all of it while letters stay legible and nobody has moved the view, else what is new or asked for.
import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { LEAST_ZOOM, useBuilder } from "../frame/BuilderContext";
import { useAsk, useGraph } from "../shared/context";
import type { Graph } from "../shared/graph";
import { CARD_HEIGHT, CARD_WIDTH, type CanvasNode, type WireEdge } from "./flow";

/** "Show all" goes as far as it must. */
const SMALLEST_ZOOM = 0.01;
/** How long the canvas waits for its first places, in ms: a busy kernel answers later, and the graph is there already. */
const PATIENCE = 400;
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
  /** Whether the canvas stands where it will stay; until then it is not to be seen. */
  stands: boolean;
}

type Flow = ReactFlowInstance<CanvasNode, WireEdge>;

/** dragged: whether something is being dragged, under which the view must not move. */
export function useFitting(flow: Flow, place: RefObject<HTMLDivElement | null>, dragged: boolean): Fitting {
  const graph = useGraph();
  const { canvas: memory } = useBuilder();
  const held = usePressed(place) || dragged;
  const latest = useRef({ graph, held });
  latest.current = { graph, held };
  const [stands, setStands] = useState(false);
  const size = useCallback(
    () => ({ width: place.current?.clientWidth ?? 0, height: Math.max(0, (place.current?.clientHeight ?? 0) - TOOLS) }),
    [place],
  );
  const fitWith = useCallback(
    (duration = 0) => {
      const { width, height } = size();
      if (width === 0 || height === 0 || latest.current.graph.order.length === 0) return;
      void flow.setViewport(viewOf(boxOf(latest.current.graph), width, height, memory.current.least), { duration });
    },
    [flow, memory, size],
  );
  // What changes while a pointer is down waits until it is let go.
  const waits = useRef(false);
  const refit = useCallback(() => {
    waits.current = latest.current.held;
    if (!memory.current.theirs && !latest.current.held) fitWith();
  }, [fitWith, memory]);
  useEffect(() => {
    if (graph.order.length === 0) Object.assign(memory.current, { theirs: false, least: LEAST_ZOOM });
    refit();
  }, [graph.places, graph.order, graph.head.notes, memory, refit]);
  useEffect(() => {
    if (!held && waits.current) refit();
  }, [held, refit]);
  useSize(place, size, refit, setStands);
  useShowing(flow, size);
  return {
    stands,
    fit: useCallback(() => {
      Object.assign(memory.current, { theirs: false, least: SMALLEST_ZOOM });
      fitWith(motion());
    }, [fitWith, memory]),
    moved: useCallback(() => {
      memory.current.theirs = true;
    }, [memory]),
  };
}

/** Whether a pointer is down on an element: what it is about to click must not go away under it. */
function usePressed(place: RefObject<HTMLElement | null>): boolean {
  const [pressed, setPressed] = useState(false);
  useEffect(() => {
    const element = place.current;
    const down = () => setPressed(true);
    const up = () => setPressed(false);
    element?.addEventListener("pointerdown", down, true);
    for (const kind of ["pointerup", "pointercancel", "blur"]) window.addEventListener(kind, up);
    return () => {
      element?.removeEventListener("pointerdown", down, true);
      for (const kind of ["pointerup", "pointercancel", "blur"]) window.removeEventListener(kind, up);
    };
  }, [place]);
  return pressed;
}

type Size = () => { width: number; height: number };

/** Tells Python the canvas's size where it is another one, and only shows the canvas with the cards laid out for it. */
function useSize(place: RefObject<HTMLElement | null>, size: Size, refit: () => void, setStands: (stands: boolean) => void): void {
  const { canvas: memory } = useBuilder();
  const { ask } = useAsk();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const seen = () => {
      const now = size();
      // Hidden at first (a tab, a collapsed cell): drawn when it is seen.
      if (now.width === 0 || now.height === 0) return;
      refit();
      const { told } = memory.current;
      if (Math.abs(now.width - told.width) > NOTABLE || Math.abs(now.height - told.height) > NOTABLE) {
        memory.current.told = now;
        timer ??= setTimeout(stand, PATIENCE);
        void ask("canvas", now).then(stand);
      } else if (timer === undefined) stand();
    };
    const stand = () => {
      clearTimeout(timer);
      timer = undefined;
      setStands(true);
    };
    seen();
    const observer = new ResizeObserver(seen);
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [ask, memory, place, refit, setStands, size]);
}

/** Brings into view what is asked for, and what has just been made. */
function useShowing(flow: Flow, size: Size): void {
  const graph = useGraph();
  const { shown, selected, canvas: memory } = useBuilder();
  const [fresh] = useState(() => new Fresh());
  useEffect(() => {
    // A card in a fold has its place only once the fold is open.
    const at = shown === null || shown === memory.current.reached ? undefined : graph.places.get(shown.id);
    if (at === undefined) return;
    const [x = 0, y = 0] = at;
    memory.current.reached = shown;
    const view = flow.getViewport();
    const box = { left: x, top: y, right: x + CARD_WIDTH, bottom: y + CARD_HEIGHT };
    if (view.zoom >= LEAST_ZOOM && inSight(view, box, size()) === null) return;
    memory.current.theirs = true;
    void flow.setCenter(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2, { zoom: 1, duration: motion() });
  }, [shown, graph.places, flow, memory, size]);

  useEffect(() => {
    const made = fresh.next(graph.order, selected);
    const [x = 0, y = 0] = (made === null ? null : graph.places.get(made)) ?? [];
    if (made === null) return;
    const view = inSight(flow.getViewport(), { left: x, top: y, right: x + CARD_WIDTH, bottom: y + CARD_HEIGHT }, size());
    if (view === null) return;
    memory.current.theirs = true;
    void flow.setViewport(view, { duration: motion() });
  }, [flow, fresh, graph.order, graph.places, memory, selected, size]);
}
