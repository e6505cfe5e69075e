// Key combinations as text ("Mod+Shift+z") and whether an event is one of them. Mod is Ctrl, or Cmd on a Mac.

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export function isPressed(event: KeyPress, combination: string): boolean {
  const parts = combination.split("+");
  const key = parts.pop() ?? "";
  const wanted = (name: string) => parts.includes(name);
  // Shift stands in the sign itself ("?", "/"), so it is asked for only where it is named with a letter.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    (event.ctrlKey || event.metaKey) === wanted("Mod") &&
    event.altKey === wanted("Alt") &&
    (sign || event.shiftKey === wanted("Shift"))
  );
}

/** A combination as its keys are labelled. */
export function keyLabel(combination: string): string {
  const names: Record<string, string> = { Mod: "Ctrl", Delete: "Del" };
  return combination
    .split("+")
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}

/** Whether an element takes typed text, so that letters belong to it. */
export function takesText(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(element.type);
}
