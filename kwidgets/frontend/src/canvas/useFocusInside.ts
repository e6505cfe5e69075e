// Whether the focus is inside an element: only then the canvas takes the wheel, else the page scrolls.
import { type RefObject, useEffect, useState } from "react";

export function useFocusInside(place: RefObject<HTMLElement | null>): boolean {
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
  return inside;
}
