// The outline of an opened fold or nested model, with its title and a button that folds it again.
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useAsk, useGraph } from "../shared/context";
import { words } from "../shared/words";
import type { FrameNode } from "./flow";

export const FrameView = memo(function FrameView({ data: { frame } }: NodeProps<FrameNode>) {
  const { ask } = useAsk();
  const locked = useGraph().head.locked !== null;
  const close = () => void ask("open_fold", { fold: frame.id, open: false });
  return (
    <div className="kw-frame-outline" style={{ width: frame.width, height: frame.height }}>
      <span className="kw-frame-title" onDoubleClick={close}>
        <span>
          {frame.title}
          {frame.times > 1 && ` ${words.canvas.times(frame.times)}`}
        </span>
        <span className="kw-row nodrag nopan">
          {frame.block && !locked && (
            <button type="button" className="kw-link-button" onClick={() => void ask("ungroup", { node: frame.id })}>{words.canvas.ungroup}</button>
          )}
          <button type="button" className="kw-link-button" onClick={close}>{words.canvas.closeFold}</button>
        </span>
      </span>
    </div>
  );
});
