// One setting: the control that suits it. A value goes out on Enter, on leaving, or at once where it is chosen.
import { useEffect, useId, useState } from "react";
import type { Refusal } from "../shared/connection";
import type { FieldState, Json } from "../shared/state";
import { fieldText } from "../shared/words";
import { fromText } from "./values";

interface Props {
  field: FieldState;
  send: (value: Json) => Promise<Refusal | null>;
}

const NOTHING = "";

export function Field({ field, send }: Props) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const shown = field.mixed ? "" : fieldText(field.value);
  useEffect(() => {
    setTyped(null);
    setRefusal(null);
  }, [field.name, shown]);

  const apply = async (value: Json) => {
    const answer = await send(value);
    setRefusal(answer);
    if (answer === null) setTyped(null);
  };
  const applyTyped = () => {
    if (typed === null || typed === shown) return setRefusal(null);
    void apply(fromText(typed, field.control));
  };
  const described = `${id}-help${refusal === null ? "" : ` ${id}-error`}`;
  const common = { id, "aria-describedby": described, "aria-invalid": refusal !== null, "data-field": field.name };
  const { kind, options = [], optional } = field.control;
  return (
    <div className={`kw-field ${refusal === null ? "" : "kw-field-wrong"}`}>
      <label htmlFor={id}>{field.label}</label>
      {kind === "switch" ? (
        <input {...common} type="checkbox" checked={field.value === true} onChange={(event) => void apply(event.target.checked)} />
      ) : kind === "choice" && (field.value === null || typeof field.value === "string") ? (
        <select {...common} value={field.mixed ? NOTHING : fieldText(field.value)} onChange={(event) => void apply(event.target.value === NOTHING ? null : event.target.value)}>
          {(optional === true || field.mixed || field.value === null) && <option value={NOTHING}>{field.mixed ? "several" : "none"}</option>}
          {typeof field.value === "string" && !options.includes(field.value) && <option value={field.value}>{field.value}</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : "text"}
          placeholder={field.mixed ? "several values" : optional === true ? "none" : ""}
          value={typed ?? shown}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={applyTyped}
          onKeyDown={(event) => {
            if (event.key === "Enter") applyTyped();
            if (event.key === "Escape") {
              setTyped(null);
              setRefusal(null);
            }
          }}
        />
      )}
      <span className="kw-help" id={`${id}-help`}>
        {field.help}
        {field.old_names.length > 0 && ` (Keras 1: ${field.old_names.join(", ")})`}
      </span>
      {refusal !== null && (
        <span className="kw-field-error" id={`${id}-error`} role="alert">
          ⚠ {refusal.refused} {refusal.hint ?? ""}
        </span>
      )}
    </div>
  );
}
