// What the canvas offers to the rest of the builder while it is shown: moving, linking, taking what is dropped.
import type { ReactFlowInstance } from "@xyflow/react";
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef } from "react";
import type { CanvasNode, WireEdge } from "../canvas/flow";
import type { Linking } from "../canvas/useLinking";
import type { Moving } from "../canvas/useMoving";
import type { Roving } from "../canvas/useRoving";

export interface CanvasDoorway {
  place: RefObject<HTMLDivElement | null>;
  flow: ReactFlowInstance<CanvasNode, WireEdge>;
  moving: Moving;
  linking: Linking;
  roving: Roving;
  searchAt: (x: number, y: number) => void;
  /** Where the pointer is on the page; null while it is not over the canvas. */
  pointer: () => { x: number; y: number } | null;
}

const DoorContext = createContext<RefObject<CanvasDoorway | null> | null>(null);

export function CanvasDoorProvider({ children }: { children: ReactNode }) {
  const door = useRef<CanvasDoorway | null>(null);
  return <DoorContext.Provider value={door}>{children}</DoorContext.Provider>;
}

/** A reference to the canvas's offers; null while no canvas is shown. */
export function useDoor(): RefObject<CanvasDoorway | null> {
  const door = useContext(DoorContext);
  if (door === null) throw new Error("kwidgets: a component stands outside of the builder");
  return door;
}

/** The canvas opens its door with what it offers now. */
export function useCanvasDoor(offers: CanvasDoorway): void {
  const door = useDoor();
  useEffect(() => {
    door.current = offers;
  });
  useEffect(
    () => () => {
      door.current = null;
    },
    [door],
  );
}
