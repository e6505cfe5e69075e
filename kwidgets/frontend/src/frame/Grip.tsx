// The height of the frame: a grip at its foot, by mouse or arrow keys, remembered in this browser.
import { type KeyboardEvent, type PointerEvent, useCallback, useState } from "react";
import { words } from "../shared/words";

const USUAL = 640;
const LEAST = 420;
const MOST = 1600;
const STEP = 20;
const REMEMBERED = "kwidgets.height";

function within(height: number): number {
  return Math.max(LEAST, Math.min(MOST, Math.round(height)));
}

function remembered(): number {
  try {
    const height = Number(localStorage.getItem(REMEMBERED));
    return Number.isFinite(height) && height > 0 ? within(height) : USUAL;
  } catch (error) {
    // A page may forbid storage: the usual height then.
    if (error instanceof DOMException) return USUAL;
    throw error;
  }
}

export function useHeight(): { height: number; setHeight: (height: number) => void } {
  const [height, set] = useState(remembered);
  const setHeight = useCallback((wanted: number) => {
    set(within(wanted));
    try {
      localStorage.setItem(REMEMBERED, String(within(wanted)));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }, []);
  return { height, setHeight };
}

export function Grip({ height, setHeight }: { height: number; setHeight: (height: number) => void }) {
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    const grip = event.currentTarget;
    const start = event.clientY;
    grip.setPointerCapture(event.pointerId);
    const moved = (move: globalThis.PointerEvent) => setHeight(height + move.clientY - start);
    const ended = () => grip.removeEventListener("pointermove", moved);
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("pointerup", ended, { once: true });
    grip.addEventListener("pointercancel", ended, { once: true });
  };
  const keyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
    if (step === 0) return;
    setHeight(height + step);
    event.preventDefault();
  };
  return (
    <div
      className="kw-grip" role="separator" aria-orientation="horizontal" aria-label={words.frame.grip} aria-valuenow={height} aria-valuemin={LEAST} aria-valuemax={MOST}
      tabIndex={0} onPointerDown={begin} onKeyDown={keyDown} data-testid="kw-grip"
    />
  );
}
