// What is let go over the canvas: a wire (on a port, or in space), and where a search opens.
import type { Connection, FinalConnectionState, ReactFlowInstance } from "@xyflow/react";
import { type RefObject, useCallback } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useAsk } from "../shared/context";
import { type CanvasNode, WHOLE_CARD, type WireEdge } from "./flow";

export function useDropping(flow: ReactFlowInstance<CanvasNode, WireEdge>, place: RefObject<HTMLDivElement | null>) {
  const { openSearch, selected } = useBuilder();
  const { ask } = useAsk();
  const positionOf = useCallback(
    (x: number, y: number) => {
      const at = flow.screenToFlowPosition({ x, y });
      return [Math.round(at.x), Math.round(at.y)];
    },
    [flow],
  );
  const connected = useCallback(
    ({ source, target, targetHandle }: Connection) =>
      void ask("connect", { source, target, index: targetHandle === WHOLE_CARD || targetHandle === null ? null : Number(targetHandle) }),
    [ask],
  );
  /** A wire let go in space asks what to put at its end. */
  const connectEnded = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const source = state.fromNode?.id;
      if (state.toNode !== null || source === undefined || state.fromHandle?.type !== "source") return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point === undefined) return;
      openSearch({ at: { x: point.clientX, y: point.clientY }, position: positionOf(point.clientX, point.clientY), after: source, wire: null });
    },
    [openSearch, positionOf],
  );
  /** Search at a point of the page; a chosen card is what a new layer goes after, unless it goes on a wire. */
  const searchAt = useCallback(
    (x: number, y: number, wire: string | null = null) => {
      const after = wire === null && selected.size === 1 ? ([...selected][0] ?? null) : null;
      openSearch({ at: { x, y }, position: after === null && wire === null ? positionOf(x, y) : null, after, wire });
      place.current?.blur();
    },
    [openSearch, place, positionOf, selected],
  );
  return { connected, connectEnded, searchAt };
}
