// A run's note, which is edited where it stands.
import { type KeyboardEvent, useMemo, useState } from "react";
import { useEdit } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { fieldText } from "../../shared/figures";
import type { Field, Json, KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";

const WRITING = { show: fieldText, read: (text: string): Json => text.trim() };

export function NoteField({ row: { id, note }, changed }: { row: KeptRun; changed: () => void }) {
  const { askQuietly } = useAsk();
  const [writes, setWrites] = useState(false);
  const field = useMemo<Field>(
    () => ({ name: "note", label: words.runs.noteLabel, help: "", control: { kind: "text" }, value: note, default: "", old_names: [], mixed: false }),
    [note],
  );
  const send = async (value: Json) => {
    const reply = await askQuietly("note_run", { run: id, note: fieldText(value) });
    changed();
    return isRefusal(reply) ? reply : null;
  };
  const edit = useEdit(field, WRITING, send, `note of run ${id}`);
  const shown = edit.typed ?? fieldText(edit.value);
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || (event.key !== "Escape" && event.key !== "Enter")) return;
    if (event.key === "Escape") edit.restore();
    event.stopPropagation();
    event.currentTarget.blur();
  };
  if (writes) {
    return (
      <input
        className="kw-input kw-run-note-input" autoFocus aria-label={words.runs.noteLabel} value={shown} onChange={(event) => edit.type(event.target.value)} onKeyDown={keyDown}
        onBlur={() => {
          edit.leave();
          setWrites(false);
        }}
      />
    );
  }
  return (
    <div className="kw-run-note-place">
      <button type="button" className="kw-run-note kw-soft" title={shown === "" ? words.runs.addNote : shown} aria-label={shown === "" ? undefined : `${words.runs.noteLabel}: ${shown}`} data-testid="kw-run-note" onClick={() => setWrites(true)}>
        {shown === "" ? words.runs.addNote : words.runs.quoted(shown)}
      </button>
      {edit.refusal !== null && <p className="kw-wrong-text kw-second">{edit.refusal.refused}</p>}
    </div>
  );
}
