// Whether a part is pointed at: by the mouse, or by the focus for those who have none.
import { type FocusEvent, useState } from "react";

export function usePointedAt() {
  const [pointedAt, set] = useState(false);
  const [on, off] = [() => set(true), () => set(false)];
  // A button that was clicked has the focus too, but the mouse goes on and points elsewhere.
  const focused = (event: FocusEvent) => event.target.matches(":focus-visible") && set(true);
  return { pointedAt, parts: { onPointerEnter: on, onPointerLeave: off, onFocus: focused, onBlur: off } };
}
