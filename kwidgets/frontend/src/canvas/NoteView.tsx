// A note on the canvas: text that belongs to the picture and not to the model.
import type { NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { isRefusal } from "../shared/connection";
import { useAsk } from "../shared/context";
import { Icon } from "../shared/Icon";
import { useEditDraft } from "../shared/useDraft";
import { words } from "../shared/words";
import type { NoteNode } from "./flow";
import { useNoteSize } from "./useNoteSize";

export const NoteView = memo(function NoteView({ data: { note } }: NodeProps<NoteNode>) {
  const { ask } = useAsk();
  const box = useRef<HTMLDivElement>(null);
  const { value: typed, now: typedNow, set: setTyped } = useEditDraft<string>(`note ${note.id}`);
  const size = useNoteSize(note, box);
  const type = (text: string) => {
    setTyped(text);
    size.grow();
  };
  const send = async () => {
    if (typed === null) return;
    const grown = size.grown();
    const reply = typed === note.text ? null : await ask("set_note", { note: note.id, text: typed, ...(grown === null ? {} : { size: [grown.width, grown.height] }) });
    const goneOn = typedNow() !== typed;
    if (!goneOn && (reply === null || !isRefusal(reply))) setTyped(null);
  };
  // It may go away with what is typed in it: as the canvas moves on, or with another page.
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => () => void latest.current(), []);
  return (
    <div className="kw-note" ref={box} style={{ width: size.width, height: size.height }}>
      <textarea className="nodrag nowheel" aria-label={words.canvas.noteText} value={typed ?? note.text} onChange={(event) => type(event.target.value)} onBlur={() => void send()} />
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
