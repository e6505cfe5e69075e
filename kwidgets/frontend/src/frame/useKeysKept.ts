// The notebook hears none of the keys that are pressed here: its commands cut, delete and run cells.
import { useEffect } from "react";

/** Lumino, on which JupyterLab and Notebook 7 stand, runs none of its commands for an element that has this. */
const SUPPRESS = "data-lm-suppress-shortcuts";
const RISING = ["keydown", "copy", "cut", "paste"] as const;
const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta"]);

/** Ctrl+S (Cmd+S) saves the notebook from here too. */
function saves(event: Event): boolean {
  return event instanceof KeyboardEvent && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s";
}

/** A modifier by itself is no command of a notebook; the canvas hears at the window that it is held down. */
function rises(event: Event): boolean {
  return saves(event) || (event instanceof KeyboardEvent && MODIFIERS.has(event.key));
}

/**
 * JupyterLab listens at the document as events rise, Notebook 7 before they come down to us. Both look from the pressed
 * element upwards and take the first that a command is meant for, so the attribute has to stand on that element itself;
 * the window is asked before either. Notebooks without Lumino hear nothing because the host stops what rises.
 */
export function useKeysKept(host: HTMLElement): void {
  useEffect(() => {
    const mark = (event: KeyboardEvent) => {
      const pressed = event.composedPath()[0];
      if (!(pressed instanceof Element) || !host.contains(pressed)) return;
      if (!saves(event)) pressed.setAttribute(SUPPRESS, "true");
      else for (const one of [...host.querySelectorAll(`[${SUPPRESS}]`)]) one.removeAttribute(SUPPRESS);
    };
    // React's own listeners sit on the host too, and were there before.
    const stop = (event: Event) => {
      if (!rises(event)) event.stopPropagation();
    };
    window.addEventListener("keydown", mark, true);
    for (const kind of RISING) host.addEventListener(kind, stop);
    return () => {
      window.removeEventListener("keydown", mark, true);
      for (const kind of RISING) host.removeEventListener(kind, stop);
    };
  }, [host]);
}
