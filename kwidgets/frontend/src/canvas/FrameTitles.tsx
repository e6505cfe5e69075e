// Titles of opened blocks with their buttons, above the wires that cross them: what is written can be pressed.
import { ViewportPortal } from "@xyflow/react";
import { useAsk, useGraph } from "../shared/context";
import { words } from "../shared/words";
import { titleRows } from "./titleRows";

export function FrameTitles() {
  const { frames } = useGraph().head;
  const { ask } = useAsk();
  const { canvas } = words;
  return (
    <ViewportPortal>
      {titleRows(frames).map(({ frame, number, x, y, width }) => (
        <div key={`${frame.id} ${number}`} className="kw-frame-title" style={{ transform: `translate(${x}px, ${y}px)`, width }}>
          {number > 0 ? (
            <span>{canvas.goesOn(frame.title)}</span>
          ) : (
            <>
              <span>{frame.times > 1 ? `${frame.title} ${canvas.times(frame.times)}` : frame.title}</span>
              <button type="button" className="kw-link-button nopan" onClick={() => void ask("open_fold", { fold: frame.id, open: false })}>{canvas.closeFold}</button>
            </>
          )}
        </div>
      ))}
    </ViewportPortal>
  );
}
