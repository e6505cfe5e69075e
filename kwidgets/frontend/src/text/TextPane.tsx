// YAML, JSON and Python of the same model. YAML and JSON can be edited: what is applied becomes the graph.
import { useEffect, useRef, useState } from "react";
import { isRefusal, type Refusal } from "../shared/connection";
import { useAsk, useTrait } from "../shared/context";
import { download } from "./download";
import { offsetOf } from "./offset";

const FORMATS = { yaml: "YAML", json: "JSON", python: "Python" } as const;
type Format = keyof typeof FORMATS;
const EXPORTS = ["yaml", "json", "python", "svg", "png", "pdf", "weights", "history"] as const;

export function TextPane() {
  const text = useTrait("text");
  const { ask, askQuietly } = useAsk();
  const [format, setFormat] = useState<Format>("yaml");
  const [typed, setTyped] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const shown = text[format];
  useEffect(() => {
    setTyped(null);
    setRefusal(null);
  }, [shown, format]);

  const apply = async () => {
    if (typed === null || format === "python") return;
    const reply = await askQuietly("paste", { format, text: typed });
    setRefusal(isRefusal(reply) ? reply : null);
    if (isRefusal(reply) && reply.line) {
      const start = offsetOf(typed, reply.line, reply.column ?? 1);
      const end = typed.indexOf("\n", start);
      area.current?.focus();
      area.current?.setSelectionRange(start, end < 0 ? typed.length : end);
    } else if (!isRefusal(reply)) setTyped(null);
  };
  const save = async (what: string) => {
    const reply = await ask("export", { what });
    if (!isRefusal(reply)) download(reply);
  };
  return (
    <div className="kw-text">
      <div className="kw-text-head" role="radiogroup" aria-label="Format">
        {(Object.keys(FORMATS) as Format[]).map((one) => (
          <button key={one} type="button" role="radio" aria-checked={format === one} className="kw-format" onClick={() => setFormat(one)}>
            {FORMATS[one]}
          </button>
        ))}
        <button type="button" disabled={typed === null || format === "python"} onClick={() => void apply()}>
          Apply
        </button>
        <button type="button" disabled={typed === null} onClick={() => { setTyped(null); setRefusal(null); }}>
          Revert
        </button>
        <button type="button" onClick={() => void navigator.clipboard?.writeText(typed ?? shown)}>
          Copy
        </button>
      </div>
      <textarea
        ref={area} className="kw-code" data-testid="kw-text" aria-label={`${FORMATS[format]} of the model`} spellCheck={false}
        aria-invalid={refusal !== null} aria-describedby={refusal === null ? undefined : "kw-text-error"} readOnly={format === "python"}
        value={typed ?? shown} onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void apply();
        }}
      />
      {refusal !== null && (
        <p className="kw-field-error" id="kw-text-error" role="alert" data-testid="kw-text-error">
          ⚠ {refusal.line ? `Line ${refusal.line}, column ${refusal.column ?? 1}: ` : ""}
          {refusal.refused} {refusal.hint ?? ""}
        </p>
      )}
      <div className="kw-exports" role="group" aria-label="Take away">
        <span>Take away:</span>
        {EXPORTS.map((what) => (
          <button key={what} type="button" onClick={() => void save(what)}>
            {what}
          </button>
        ))}
      </div>
    </div>
  );
}
