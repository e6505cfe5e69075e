// What has the focus and what lies under a point, also where a host puts its widgets into a shadow root, as marimo does.

/** The element with the focus itself, where the page only tells the host around it. */
export function focusedElement(): Element | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement != null) found = found.shadowRoot.activeElement;
  return found;
}

/** The elements under a point of the window, the topmost first. */
export function elementsAt(x: number, y: number): Element[] {
  let found = document.elementsFromPoint(x, y);
  for (let inside = found[0]?.shadowRoot; inside != null; inside = found[0]?.shadowRoot) {
    const within = inside.elementsFromPoint(x, y);
    if (within.length === 0 || within[0] === found[0]) break;
    found = within;
  }
  return found;
}
