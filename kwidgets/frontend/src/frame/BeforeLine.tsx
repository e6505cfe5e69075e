// What the cell had built before it was run again, over a builder that began with a model: nothing that a person made is lost.
import { useState } from "react";
import { useAsk, useGraph, useTrait } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";

export function BeforeLine() {
  const before = useTrait("before");
  const { order } = useGraph();
  const { ask } = useAsk();
  const [closed, close] = useState(false);
  // Over an empty canvas the start page offers it.
  if (before === null || closed || order.length === 0) return null;
  return (
    <div className="kw-health" role="status" data-testid="kw-before">
      <span className="kw-grow">{words.start.before(before)}</span>
      <button type="button" className="kw-button kw-button-small" onClick={() => void ask("bring_back")}>
        {words.start.bringBack}
      </button>
      <button type="button" className="kw-icon-button" aria-label={words.frame.closeMessage} onClick={() => close(true)}>
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}
