// The focus stays in the builder when what had it goes away (a closed box, a removed card): its keys must go on working.
import { type RefObject, useEffect } from "react";

export function useFocusKept(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    let last: Element | null = null;
    const entered = (event: FocusEvent) => {
      last = event.target as Element;
    };
    const looked = () => {
      if (last === null || last.isConnected || document.activeElement !== document.body) return;
      last = null;
      // On another page than Build the canvas is there but not seen, and takes no focus; a view without pages has neither.
      for (const part of [element.querySelector<HTMLElement>(".kw-canvas"), element.querySelector<HTMLElement>(".kw-page"), element])
        if (document.activeElement === document.body) part?.focus({ preventScroll: true });
    };
    const left = (event: FocusEvent) => {
      // A person who clicks elsewhere leaves; an element that is taken away does not send this.
      if (event.relatedTarget !== null) last = null;
    };
    const observer = new MutationObserver(looked);
    observer.observe(element, { childList: true, subtree: true });
    element.addEventListener("focusin", entered);
    element.addEventListener("focusout", left);
    return () => {
      observer.disconnect();
      element.removeEventListener("focusin", entered);
      element.removeEventListener("focusout", left);
    };
  }, [root]);
}
