// A file on the kernel's machine, by its path: Enter sends it, a refusal stands below and what was typed stays.
import { type KeyboardEvent, useId, useState } from "react";
import { isRefusal } from "./connection";
import type { Refusal } from "./messages";
import { useDraft } from "./useDraft";
import "./path.css";

interface PathFieldProps {
  label: string;
  hint: string;
  /** The button's word. */
  send: string;
  /** mend: do what a refusal has offered. */
  ask: (path: string, mend: boolean) => Promise<object>;
  done?: () => void;
  testId: string;
}

export function PathField({ label, hint, send, ask, done, testId }: PathFieldProps) {
  const { value, set: setPath } = useDraft(testId);
  const path = value ?? "";
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const id = useId();
  const open = async (mend = false) => {
    const typed = path.trim();
    if (typed === "") return;
    const reply = await ask(typed, mend);
    setRefusal(isRefusal(reply) ? reply : null);
    if (!isRefusal(reply)) done?.();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") void open();
  };
  return (
    <>
      <div className="kw-path">
        <input
          className="kw-input" type="text" value={path} placeholder={hint} aria-label={label} title={label} spellCheck={false} data-testid={testId}
          aria-invalid={refusal !== null} aria-describedby={refusal === null ? undefined : id} onKeyDown={keys}
          onChange={(event) => { setPath(event.target.value); setRefusal(null); }}
        />
        <button type="button" className="kw-button kw-button-small" disabled={path.trim() === ""} onClick={() => void open()}>
          {send}
        </button>
      </div>
      {refusal !== null && (
        <p className="kw-path-refused kw-wrong-text kw-second" id={id} role="alert">
          {refusal.refused} {refusal.hint ?? ""}{" "}
          {refusal.mend && (
            <button type="button" className="kw-button kw-button-small kw-button-main" onClick={() => void open(true)}>{refusal.mend}</button>
          )}
        </p>
      )}
    </>
  );
}
