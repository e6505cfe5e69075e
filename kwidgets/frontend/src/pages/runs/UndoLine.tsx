// What was just taken out of the table, and the way back; it lies over the page, so that nothing moves.
import { useEffect } from "react";
import { Icon } from "../../shared/Icon";
import { words } from "../../shared/words";

export interface Removed {
  ids: readonly string[];
  text: string;
  /** By which they come back. */
  how: "delete" | "hide";
}

const SHOWN_FOR = 30_000;

export function UndoLine({ removed, undo, close }: { removed: Removed | null; undo: () => void; close: () => void }) {
  useEffect(() => {
    if (removed === null) return;
    const timer = setTimeout(close, SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [removed, close]);
  return (
    <div className="kw-runs-undo-place" role="status">
      {removed !== null && (
        <div className="kw-toast" data-testid="kw-runs-undo">
          <span>{removed.text}</span>
          <button type="button" className="kw-strong kw-runs-undo" onClick={undo}>
            {words.runs.undo}
          </button>
          <button type="button" className="kw-icon-button" aria-label={words.runs.closeMessage} onClick={close}>
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </div>
  );
}
