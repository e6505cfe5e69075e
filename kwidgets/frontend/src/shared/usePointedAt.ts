// Whether a part is pointed at: by the mouse, or by the focus for those who have none.
import { useState } from "react";

export function usePointedAt() {
  const [pointedAt, set] = useState(false);
  const [on, off] = [() => set(true), () => set(false)];
  return { pointedAt, parts: { onPointerEnter: on, onPointerLeave: off, onFocus: on, onBlur: off } };
}
