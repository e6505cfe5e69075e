// Where the arrays come from: this notebook, a file, a ready set.
import { useState } from "react";
import { useAsk, useTrait } from "../../shared/context";
import type { Source } from "../../shared/messages";
import { PathField } from "../../shared/PathField";
import { words } from "../../shared/words";
import { Segments } from "../Segments";

const KINDS = ["notebook", "file", "built_in"] as const;
type SourceKind = (typeof KINDS)[number];

const isKind = (kind: string | undefined): kind is SourceKind => KINDS.some((one) => one === kind);

/** A table lies in a file as arrays do. */
const buttonOf = (kind: string | undefined): SourceKind => (kind === "table" ? "file" : isKind(kind) ? kind : "notebook");

export function SourceStrip({ readAgain }: { readAgain: () => void }) {
  const { sources, source } = useTrait("data");
  const { ask, askQuietly } = useAsk();
  const current = sources.find(({ name }) => name === source);
  const kind = buttonOf(current?.kind);
  // A kind that was pressed but has nothing chosen of it yet.
  const [looked, setLooked] = useState<SourceKind | null>(null);
  const shown = looked ?? kind;
  const choose = (name: string) => void ask("set_data", { source: name }).then(() => setLooked(null));
  const press = (pressed: SourceKind) => {
    const notebook = sources.find((one) => one.kind === "notebook");
    if (pressed === "notebook" && notebook !== undefined && source !== notebook.name) choose(notebook.name);
    setLooked(pressed === kind ? null : pressed);
  };
  const offered = sources.filter((one) => buttonOf(one.kind) === shown);
  return (
    <div className="kw-source-strip">
      <Segments label={words.data.source} names={KINDS} titles={words.data.kinds} chosen={shown} choose={press} />
      {shown === "notebook" && <span className="kw-soft kw-ellipsis">{offered.flatMap(({ arrays }) => arrays.map(({ key }) => key)).join(", ") || words.data.noArrays}</span>}
      {shown === "file" && (
        <PathField label={words.data.path} hint={words.data.pathHint} send={words.data.open} ask={(path) => askQuietly("open_data", { path })} done={() => setLooked(null)} testId="kw-path" />
      )}
      {shown !== "notebook" && offered.length > 0 && (
        <SourceSelect label={shown === "file" ? words.data.opened : words.data.readySets} sources={offered} chosen={kind === shown && current !== undefined ? current.name : null} choose={choose} />
      )}
      <span className="kw-grow" />
      <span className="kw-soft kw-second kw-source-when">{words.data.readAgainWhen}</span>
      <button type="button" className="kw-button kw-button-small" onClick={readAgain}>
        {words.data.readAgain}
      </button>
    </div>
  );
}

interface SourceSelectProps {
  label: string;
  sources: readonly Source[];
  chosen: string | null;
  choose: (name: string) => void;
}

function SourceSelect({ label, sources, chosen, choose }: SourceSelectProps) {
  return (
    <select className="kw-select kw-source-select" aria-label={label} value={chosen ?? ""} data-testid="kw-source" onChange={(event) => event.target.value !== "" && choose(event.target.value)}>
      {chosen === null && <option value="">{words.data.choose}</option>}
      {sources.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
