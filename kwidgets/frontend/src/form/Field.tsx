// One setting: its label in words above the control that suits it. A text goes out on Enter and on leaving, a choice at once.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { fieldText } from "../shared/figures";
import type { Field as Setting, Json } from "../shared/messages";
import { words } from "../shared/words";
import { Ahead, type Command } from "./Ahead";
import { NamesControl } from "./NamesControl";
import { type Edit, type Send, useEdit } from "./useEdit";
import { choiceText, fromText } from "./values";
import "./field.css";

interface Props {
  field: Setting;
  /** What the field is of, with which its name is the only one in the builder. */
  of: string;
  /** Sends a value to Python; gives its refusal, or null where it was taken. */
  send: Send;
  /** What sending a value would ask for, so that it is tried while it is typed. */
  ahead?: (value: Json) => Command;
  disabled?: boolean;
}

interface ControlProps {
  field: Setting;
  edit: Edit;
  shown: string;
  common: { id: string; disabled: boolean; "aria-describedby": string; "aria-invalid": boolean; "data-field": string };
}

export function Field({ field, of, send, ahead, disabled = false }: Props) {
  const id = useId();
  const show = (value: Json) => (field.mixed && value === field.value ? "" : fieldText(value));
  const read = (text: string) => fromText(text, field.control, field.value ?? field.default);
  const edit = useEdit(field, { show, read }, send, `${of}\n${field.name}`);
  const shown = show(edit.value);
  const { refusal } = edit;
  const kind = kindOf(field);
  const describedBy = refusal === null ? `${id}-help` : `${id}-help ${id}-error`;
  const typedCommand = (typed: string) => (typed.trim() === "" || show(read(typed)) === shown || ahead === undefined ? null : ahead(read(typed)));
  const control = {
    field, edit, shown,
    common: { id, disabled, "aria-describedby": describedBy, "aria-invalid": refusal !== null, "data-field": field.name },
  };
  return (
    <div className={`kw-field kw-field-${kind}${isWide(field, shown) ? " kw-field-wide" : ""}`} title={helpOf(field)}>
      {kind === "switch" ? <SwitchControl {...control} /> : kind === "names" ? <Names {...control} /> : <Labelled id={id} field={field}>{kind === "choice" ? <ChoiceControl {...control} /> : <TextControl {...control} />}</Labelled>}
      <span className="kw-hidden" id={`${id}-help`}>{helpOf(field)}</span>
      {ahead !== undefined && edit.typed !== null && <Ahead id={`${id}-ahead`} command={typedCommand(edit.typed)} />}
      {refusal !== null && (
        <p className="kw-field-refusal" id={`${id}-error`} role="alert">
          {refusal.refused} {refusal.hint}
        </p>
      )}
    </div>
  );
}

function Labelled({ id, field, children }: { id: string; field: Setting; children: ReactNode }) {
  return (
    <>
      <span className="kw-field-head">
        <label className="kw-ellipsis" htmlFor={id}>{field.label}</label>
        {field.shared !== undefined && <span>{field.shared}</span>}
      </span>
      {children}
    </>
  );
}

function TextControl({ field, edit, shown, common }: ControlProps) {
  const { kind, optional } = field.control;
  const placeholder = field.mixed ? (field.values ?? words.inspector.field.mixed) : optional === true ? words.inspector.field.none : "";
  return (
    <input
      {...common}
      className="kw-input"
      type="text"
      autoComplete="off"
      spellCheck={false}
      inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : "text"}
      placeholder={placeholder}
      value={edit.typed ?? shown}
      data-unsent={edit.typed === null ? undefined : ""}
      onChange={(event) => edit.type(event.target.value)}
      onBlur={edit.leave}
      onKeyDown={(event) => textKey(event, edit)}
    />
  );
}

/** Enter sends, Escape gives up, and undo is the browser's while something is typed. */
export function textKey(event: KeyboardEvent<HTMLInputElement>, edit: Edit): void {
  // Enter that ends the composing of a character belongs to the input method.
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Enter") edit.leave();
  else if (event.key === "Escape") {
    if (edit.restore()) event.stopPropagation();
  } else if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase()) && edit.typed !== null) {
    // Unsent typing is undone by the browser; without it the key goes on to the builder.
    event.stopPropagation();
  }
}

const NOTHING = "";
/** Stands for a value that no option names: several at once, or an object with settings. */
const AS_IT_IS = "\u0000";

function ChoiceControl({ field, edit, common }: ControlProps) {
  const { options = [], labels = {}, optional } = field.control;
  const held = edit.value;
  const several = field.mixed && held === field.value;
  const listed = typeof held === "string" && !several;
  const asItIs = several || (held !== null && !listed);
  return (
    <select
      {...common}
      className="kw-select"
      value={asItIs ? AS_IT_IS : listed ? held : NOTHING}
      onChange={(event) => {
        if (event.target.value !== AS_IT_IS) edit.apply(event.target.value === NOTHING ? null : event.target.value);
      }}
    >
      {asItIs && <option value={AS_IT_IS}>{several ? (field.values ?? words.inspector.field.mixed) : choiceText(held)}</option>}
      {(optional === true || (held === null && !several)) && <option value={NOTHING}>{words.inspector.field.none}</option>}
      {listed && !options.includes(held) && <option value={held}>{held}</option>}
      {options.map((option) => (
        <option key={option} value={option}>{labels[option] ?? option}</option>
      ))}
    </select>
  );
}

function Names({ field, edit, common }: ControlProps) {
  return <NamesControl label={field.label} options={field.control.options ?? []} chosen={edit.value} disabled={common.disabled} describedBy={common["aria-describedby"]} choose={edit.apply} />;
}

function SwitchControl({ field, edit, common }: ControlProps) {
  const box = useRef<HTMLInputElement>(null);
  const several = field.mixed && edit.value === field.value;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = several;
  }, [several]);
  return (
    <label className="kw-switch">
      <input {...common} ref={box} type="checkbox" checked={!several && edit.value === true} onChange={(event) => edit.apply(event.target.checked)} />
      <span>{field.label}</span>
      {field.shared !== undefined && <span className="kw-soft">{field.shared}</span>}
    </label>
  );
}


function kindOf(field: Setting): "switch" | "choice" | "names" | "text" {
  const { kind } = field.control;
  return kind === "switch" || kind === "choice" || kind === "names" ? kind : "text";
}

const LONG = 18;
const LONG_HEAD = 20;

/** Whether half a row is too small for the text, or for the label and how many layers share the setting. */
function isWide(field: Setting, shown: string): boolean {
  const { label, shared } = field;
  return kindOf(field) === "names" || (kindOf(field) === "text" && shown.length > LONG) || (shared !== undefined && label.length + shared.length > LONG_HEAD);
}

/** The tooltip: the name in code, what it does, and what Keras 1 called it. */
function helpOf(field: Setting): string {
  return words.inspector.field.help(field.name, field.help, field.old_names);
}

