// A refusal in words, until it is closed or ten seconds have passed.
import { useEffect } from "react";
import { Icon } from "./Icon";
import type { Refusal } from "./messages";
import { words } from "./words";

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
          <span>
            {refusal.refused} {refusal.hint ?? ""}
          </span>
          <button type="button" className="kw-icon-button" aria-label={words.frame.closeMessage} onClick={close}>
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </div>
  );
}
