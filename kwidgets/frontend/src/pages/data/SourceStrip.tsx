// Where the arrays come from: this notebook, a file, a ready set.
import { useState } from "react";
import { useAsk, useTrait } from "../../shared/context";
import { diskText } from "../../shared/figures";
import type { Source } from "../../shared/messages";
import { PathField } from "../../shared/PathField";
import { words } from "../../shared/words";
import { Segments } from "../Segments";
import { AbsentSetBox } from "./AbsentSets";

const KINDS = ["notebook", "file", "built_in"] as const;
type SourceKind = (typeof KINDS)[number];

const isKind = (kind: string | undefined): kind is SourceKind => KINDS.some((one) => one === kind);

/** A table lies in a file as arrays do, and pictures in a folder; a frame is the notebook's. */
const buttonOf = (kind: string | undefined): SourceKind => (kind === "table" || kind === "pictures" ? "file" : isKind(kind) ? kind : "notebook");

export function SourceStrip({ readAgain }: { readAgain: () => void }) {
  const { sources, source, source_kind } = useTrait("data");
  const { ask, askQuietly } = useAsk();
  const current = sources.find((one) => one.name === source && (source_kind === null || one.kind === source_kind));
  const kind = buttonOf(current?.kind);
  // A kind that was pressed but has nothing chosen of it yet.
  const [looked, setLooked] = useState<SourceKind | null>(null);
  const shown = looked ?? kind;
  // A ready set that was chosen and is not on this machine.
  const [wanted, setWanted] = useState<string | null>(null);
  const missing = shown === "built_in" ? sources.find((one) => one.name === wanted && one.absent !== null) : undefined;
  const bind = (one: Pick<Source, "kind" | "name">) => void ask("set_data", { source: { kind: one.kind, name: one.name } }).then(() => setLooked(null));
  const choose = (one: Source) => {
    setWanted(one.absent === null ? null : one.name);
    if (one.absent === null) bind(one);
    else setLooked("built_in");
  };
  const press = (pressed: SourceKind) => {
    const notebook = sources.find((one) => one.kind === "notebook");
    if (pressed === "notebook" && notebook !== undefined && kind !== "notebook") choose(notebook);
    setLooked(pressed === kind ? null : pressed);
  };
  const names = sources.find((one) => one.kind === "notebook")?.arrays.map((array) => array.key).join(", ");
  const offered = sources.filter((one) => buttonOf(one.kind) === shown);
  return (
    <div className="kw-source-strip">
      <Segments label={words.data.source} names={KINDS} titles={words.data.kinds} chosen={shown} choose={press} />
      {shown === "notebook" && current?.kind !== "frame" && <span className="kw-soft kw-ellipsis" title={names}>{names || words.data.noArrays}</span>}
      {shown === "file" && (
        <PathField label={words.data.path} hint={words.data.pathHint} send={words.data.open} ask={(path, mend) => askQuietly("open_data", mend ? { path, mend } : { path })} done={() => setLooked(null)} testId="kw-path" />
      )}
      {(shown === "notebook" ? offered.length > 1 : offered.length > 0) && (
        <SourceSelect label={words.data.offered[shown]} sources={offered} chosen={missing ?? (kind === shown && current !== undefined ? current : null)} choose={choose} />
      )}
      <span className="kw-grow" />
      <span className="kw-soft kw-second kw-source-when">{words.data.readAgainWhen}</span>
      <button type="button" className="kw-button kw-button-small" onClick={readAgain}>
        {words.data.readAgain}
      </button>
      {missing?.absent != null && <AbsentSetBox key={missing.name} name={missing.name} absent={missing.absent} there={() => { setWanted(null); bind(missing); }} />}
    </div>
  );
}

interface SourceSelectProps {
  label: string;
  sources: readonly Source[];
  chosen: Source | null;
  choose: (source: Source) => void;
}

function SourceSelect({ label, sources, chosen, choose }: SourceSelectProps) {
  const place = chosen === null ? -1 : sources.findIndex(({ kind, name }) => kind === chosen.kind && name === chosen.name);
  const press = (value: string) => {
    const source = sources[Number(value)];
    if (value !== "" && source !== undefined) choose(source);
  };
  return (
    <select className="kw-select kw-source-select" aria-label={label} value={place < 0 ? "" : place} data-testid="kw-source" onChange={(event) => press(event.target.value)}>
      {place < 0 && <option value="">{words.data.choose}</option>}
      {sources.map(({ kind, name, absent }, index) => (
        <option key={`${kind} ${name}`} value={index}>
          {kind === "notebook" ? words.data.itsArrays : kind === "frame" ? words.data.frame(name) : absent === null ? name : words.data.absentSet(name, diskText(absent.size))}
        </option>
      ))}
    </select>
  );
}
