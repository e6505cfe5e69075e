// JupyterLab must not take the builder's keys, but Ctrl+S in it should still save the notebook.
import { type RefObject, useEffect } from "react";

const SUPPRESS = "data-lm-suppress-shortcuts";

/** Lets one key press through: JupyterLab looks for the attribute when the key reaches the document, after the window. */
export function useNotebookSave(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const element = root.current;
      if (element === null || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      if (!element.contains(event.target as Node)) return;
      element.removeAttribute(SUPPRESS);
      setTimeout(() => element.setAttribute(SUPPRESS, "true"));
    };
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, [root]);
}
