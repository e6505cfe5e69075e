// The wire on which something would be dropped, and its mark while it is held there.
import { elementsAt } from "../shared/deep";

const MARK = "kw-wire-drop";

/** Id of the wire at a point of the page. */
export function wireUnder(x: number, y: number): string | null {
  const wire = elementsAt(x, y).map((element) => element.closest(".react-flow__edge")).find((edge) => edge !== null);
  return wire?.getAttribute("data-id") ?? null;
}

/** Marks one wire inside an element, and no other. */
export function markWire(root: HTMLElement | null, wire: string | null): void {
  for (const marked of root?.querySelectorAll(`.${MARK}`) ?? []) if (marked.getAttribute("data-id") !== wire) marked.classList.remove(MARK);
  if (wire !== null) root?.querySelector(`.react-flow__edge[data-id="${CSS.escape(wire)}"]`)?.classList.add(MARK);
}
