// A refusal in words, until it is closed or ten seconds have passed.
import { useEffect } from "react";
import type { Refusal } from "./connection";

const SHOWN_FOR = 10_000;

export function Toast({ refusal, close }: { refusal: Refusal | null; close: () => void }) {
  useEffect(() => {
    if (refusal === null) return;
    const timer = setTimeout(close, SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [refusal, close]);
  return (
    <div className="kw-toast-place" role="status" aria-live="assertive">
      {refusal !== null && (
        <div className="kw-toast" data-testid="kw-toast">
          <span aria-hidden="true">⚠</span>
          <span>
            {refusal.refused} {refusal.hint ?? ""}
          </span>
          <button type="button" className="kw-icon" aria-label="Close message" onClick={close}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
