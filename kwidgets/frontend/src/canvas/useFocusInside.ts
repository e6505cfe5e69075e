// Whether the focus is inside an element: only then the canvas takes the wheel, else the page scrolls.
// Where a change of what is shown takes the focused part away, the element itself keeps the focus, and the notebook gets no key.
import { type RefObject, useEffect, useState } from "react";

export function useFocusInside(place: RefObject<HTMLElement | null>, shown: unknown): boolean {
  const [inside, setInside] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const entered = () => setInside(true);
    const left = (event: FocusEvent) => setInside(element.contains(event.relatedTarget as Node | null));
    element.addEventListener("focusin", entered);
    element.addEventListener("focusout", left);
    return () => {
      element.removeEventListener("focusin", entered);
      element.removeEventListener("focusout", left);
    };
  }, [place]);
  useEffect(() => {
    if (inside && document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [inside, place, shown]);
  return inside;
}
