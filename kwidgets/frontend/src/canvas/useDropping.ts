// What is let go over the canvas: a wire (on a port, or in space), and where a search opens.
import type { FinalConnectionState, ReactFlowInstance } from "@xyflow/react";
import { type RefObject, useCallback } from "react";
import { useBuilder } from "../frame/BuilderContext";
import type { Joining } from "./useJoining";
import { type CanvasNode, WHOLE_CARD, type WireEdge } from "./flow";

export function useDropping(flow: ReactFlowInstance<CanvasNode, WireEdge>, place: RefObject<HTMLDivElement | null>, join: Joining["join"]) {
  const { openSearch, selected } = useBuilder();
  const positionOf = useCallback(
    (x: number, y: number) => {
      const at = flow.screenToFlowPosition({ x, y });
      return [Math.round(at.x), Math.round(at.y)];
    },
    [flow],
  );
  /** A wire let go on a card is drawn; in space it asks what to put at its end. */
  const connectEnded = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      const [start, end] = [state.fromHandle, state.toHandle];
      if (point === undefined || start === null) return;
      if (end !== null && state.isValid === true) {
        const [from, to] = start.type === "source" ? [start, end] : [end, start];
        const index = to.id === WHOLE_CARD || to.id == null ? null : Number(to.id);
        return void join(from.nodeId, to.nodeId, index, { x: point.clientX, y: point.clientY });
      }
      const source = start.nodeId;
      if (state.toNode !== null || start.type !== "source") return;
      openSearch({ at: { x: point.clientX, y: point.clientY }, position: positionOf(point.clientX, point.clientY), after: source, wire: null });
    },
    [join, openSearch, positionOf],
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
  return { connectEnded, searchAt };
}
