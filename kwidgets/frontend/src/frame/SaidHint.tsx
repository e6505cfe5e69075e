// What was just undone or done again, in words, for a moment.
import { useEffect } from "react";
import { words } from "../shared/words";
import { useBuilder } from "./BuilderContext";
import { keyLabel } from "./keys";

const SHOWN_FOR = 4000;

export function SaidHint() {
  const { said, say } = useBuilder();
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => say(null), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [said, say]);
  return (
    <div className="kw-said-place" role="status" aria-live="polite">
      {said !== null && (
        <div key={said.times} className="kw-said" data-testid="kw-said">
          <span className="kw-ellipsis">{said.text}</span>
          <kbd title={words.frame.undoKey}>{keyLabel("Mod+z")}</kbd>
        </div>
      )}
    </div>
  );
}
