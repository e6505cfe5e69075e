// Where the pointer is over the canvas, for what opens there by a key.
import { type RefObject, useCallback, useEffect, useRef } from "react";

export function usePointer(place: RefObject<HTMLElement | null>): () => { x: number; y: number } | null {
  const at = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const moved = (event: PointerEvent) => {
      at.current = { x: event.clientX, y: event.clientY };
    };
    const left = () => {
      at.current = null;
    };
    element.addEventListener("pointermove", moved, { passive: true });
    element.addEventListener("pointerleave", left);
    return () => {
      element.removeEventListener("pointermove", moved);
      element.removeEventListener("pointerleave", left);
    };
  }, [place]);
  return useCallback(() => at.current, []);
}
