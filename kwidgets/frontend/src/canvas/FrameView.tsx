// The outline of an opened fold or nested model, with its title and a button that folds it again; and further pieces of it.
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useAsk } from "../shared/context";
import { words } from "../shared/words";
import type { FrameNode } from "./flow";

export const FrameView = memo(function FrameView({ data: { frame, number }, width, height }: NodeProps<FrameNode>) {
  const { ask } = useAsk();
  const close = () => void ask("open_fold", { fold: frame.id, open: false });
  return (
    <div className="kw-frame-outline" style={{ width, height }}>
      {number > 0 && (
        <span className="kw-frame-title" onDoubleClick={close}>
          <span>{words.canvas.goesOn(frame.title)}</span>
        </span>
      )}
      {number === 0 && (
        <span className="kw-frame-title" onDoubleClick={close}>
          <span>
            {frame.title}
            {frame.times > 1 && ` ${words.canvas.times(frame.times)}`}
          </span>
          <button type="button" className="kw-link-button nodrag nopan" onClick={close}>{words.canvas.closeFold}</button>
        </span>
      )}
    </div>
  );
});
