// A note on the canvas: text that belongs to the picture and not to the model.
import type { NodeProps } from "@xyflow/react";
import { memo, useEffect, useState } from "react";
import { useAsk } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import type { NoteNode } from "./flow";

export const NoteView = memo(function NoteView({ data: { note } }: NodeProps<NoteNode>) {
  const { ask } = useAsk();
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [note.text]);
  const send = () => {
    if (typed !== null && typed !== note.text) void ask("set_note", { note: note.id, text: typed });
  };
  return (
    <div className="kw-note" style={{ width: note.width, height: note.height }}>
      <textarea
        className="nodrag nowheel" aria-label={words.canvas.noteText} value={typed ?? note.text} onChange={(event) => setTyped(event.target.value)} onBlur={send}
      />
      <button type="button" className="kw-icon-button nodrag" aria-label={words.canvas.removeNote} onClick={() => void ask("remove_note", { note: note.id })}>
        <Icon name="close" size={13} />
      </button>
    </div>
  );
});
