// A note on the canvas: text that belongs to the picture and not to the model.
import type { NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { useAsk } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import type { NoteNode } from "./flow";
import { useNoteSize } from "./useNoteSize";

export const NoteView = memo(function NoteView({ data: { note } }: NodeProps<NoteNode>) {
  const { ask } = useAsk();
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const size = useNoteSize(note, box);
  useEffect(() => setTyped(null), [note.text]);
  const type = (text: string) => {
    setTyped(text);
    size.grow();
  };
  const send = () => {
    if (typed === null || typed === note.text) return;
    const grown = size.grown();
    void ask("set_note", { note: note.id, text: typed, ...(grown === null ? {} : { size: [grown.width, grown.height] }) });
  };
  return (
    <div className="kw-note" ref={box} style={{ width: size.width, height: size.height }}>
      <textarea className="nodrag nowheel" aria-label={words.canvas.noteText} value={typed ?? note.text} onChange={(event) => type(event.target.value)} onBlur={send} />
      <button type="button" className="kw-icon-button nodrag" aria-label={words.canvas.removeNote} onClick={() => void ask("remove_note", { note: note.id })}>
        <Icon name="close" size={13} />
      </button>
      <button
        type="button" className="kw-note-grip nodrag nopan" title={words.canvas.noteSize} aria-label={words.canvas.noteSizeNow(size.width, size.height)}
        onPointerDown={size.begin} onKeyDown={size.keyDown} onBlur={size.rest}
      />
    </div>
  );
});
