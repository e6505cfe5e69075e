// A name that is edited where it stands: a click or F2 makes it a field. Its place is too small for a refusal, so `send` shows it.
import { fieldText } from "../shared/figures";
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef } from "react";
import { type Edit, type Send, useEdit } from "../form/useEdit";
import type { Field, Json } from "../shared/messages";
import { words } from "../shared/words";

interface Props {
  name: string;
  /** Where it stands and whose name it is: no other editor of the builder has the same. */
  of: string;
  label: string;
  send: Send;
  editing: boolean;
  setEditing: (editing: boolean) => void;
  disabled: boolean;
  className?: string;
  /** A name that takes the focus as soon as it is shown: that of the card just renamed. */
  awaited?: RefObject<string | null>;
  /** Whether it stands in a row that is reached by arrow keys. */
  inTree?: boolean;
}

const WRITING = { show: String, read: (text: string): Json => text.trim() };

export function NameEditor({ name, of, label, send, editing, setEditing, disabled, className = "", awaited, inTree = false }: Props) {
  const field = useMemo<Field>(
    () => ({ name: "name", label, help: "", control: { kind: "text" }, value: name, default: null, old_names: [], mixed: false }),
    [name, label],
  );
  const edit = useEdit(field, WRITING, send, `name ${of}`);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (awaited === undefined || awaited.current !== name) return;
    awaited.current = null;
    button.current?.focus();
  }, [awaited, name]);
  const end = (keep: boolean) => {
    if (awaited !== undefined) awaited.current = keep ? (edit.typed?.trim() ?? null) : null;
    if (keep) edit.leave();
    else edit.restore();
    setEditing(false);
    if (!inTree) requestAnimationFrame(() => button.current?.focus());
  };
  const shown = edit.typed ?? fieldText(edit.value);
  return (
    <span className={`kw-editable ${className}`}>
      {editing && !disabled ? (
        <NameInput label={label} edit={edit} name={shown} end={end} leave={() => setEditing(false)} />
      ) : (
        <button
          ref={button} type="button" className="kw-editable-button kw-ellipsis" tabIndex={inTree ? -1 : undefined} disabled={disabled}
          title={words.inspector.renameHint(shown)} onClick={inTree ? undefined : () => setEditing(true)}
        >
          {shown}
        </button>
      )}
    </span>
  );
}

interface InputProps {
  label: string;
  edit: Edit;
  name: string;
  end: (keep: boolean) => void;
  leave: () => void;
}

function NameInput({ label, edit, name, end, leave }: InputProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <input
      ref={input} autoFocus className="kw-input kw-editable-input" aria-label={label} value={name} spellCheck={false} autoComplete="off"
      data-unsent={edit.typed === null ? undefined : ""}
      onChange={(event) => edit.type(event.target.value)}
      onBlur={() => {
        edit.leave();
        leave();
      }}
      onKeyDown={(event) => nameKey(event, edit, end)}
    />
  );
}

function nameKey(event: KeyboardEvent, edit: Edit, end: (keep: boolean) => void): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Enter" || event.key === "Escape") {
    end(event.key === "Enter");
    event.preventDefault();
    event.stopPropagation();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && edit.typed !== null) event.stopPropagation();
}
