// All layers by family, with a search that knows old names; click adds, drag puts one at a place.
import { type Ref, useImperativeHandle, useRef, useState } from "react";
import { DRAGGED } from "../canvas/Canvas";
import { useAsk, useTrait } from "../shared/context";
import type { LayerEntry } from "../shared/state";
import { matches } from "./matches";

export interface PaletteHandle {
  search: () => void;
}

interface Props {
  ref: Ref<PaletteHandle>;
  add: (class_name: string) => void;
  leave: () => void;
}

export function Palette({ ref, add, leave }: Props) {
  const catalogue = useTrait("catalogue");
  const { ask } = useAsk();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => ({ search: () => input.current?.focus() }));
  const layers = catalogue.groups.flatMap((group) => group.layers);
  const found = typed.trim() === "" ? null : matches(layers, typed);
  const choose = (entry: LayerEntry | undefined) => {
    if (entry === undefined) return;
    add(entry.class_name);
    setTyped("");
  };
  const row = (entry: LayerEntry, active: boolean) => (
    <li key={entry.class_name}>
      <button
        type="button"
        className={`kw-entry ${active ? "kw-entry-active" : ""}`}
        data-testid={`kw-palette-${entry.class_name}`}
        title={entry.help}
        draggable
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, entry.class_name)}
        onClick={() => choose(entry)}
      >
        {entry.title}
      </button>
    </li>
  );
  return (
    <nav className="kw-palette" aria-label="Layers">
      <select
        className="kw-template" aria-label="Begin with a template" value="" data-testid="kw-templates"
        onChange={(event) => void ask("template", { name: event.target.value })}
      >
        <option value="">Template…</option>
        {catalogue.templates.map((template) => (
          <option key={template.name} value={template.name} title={template.help}>
            {template.title}
          </option>
        ))}
      </select>
      <input
        ref={input} type="search" className="kw-search" placeholder="Search (/)" aria-label="Search layers" value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const most = (found?.length ?? 1) - 1;
          if (event.key === "Enter") choose((found ?? [])[at]);
          else if (event.key === "ArrowDown") setAt(Math.min(at + 1, most));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Escape") {
            setTyped("");
            leave();
          } else return;
          event.preventDefault();
        }}
      />
      <div className="kw-entries" tabIndex={0} role="group" aria-label="Layers to add">
        {found !== null ? (
          <ul aria-label="Found layers">
            {found.map((entry, index) => row(entry, index === at))}
            {found.length === 0 && <li className="kw-quiet">No layer of that name.</li>}
          </ul>
        ) : (
          catalogue.groups.map((group) => (
            <section key={group.name} aria-label={group.title}>
              <h3>{group.title}</h3>
              <ul>{group.layers.map((entry) => row(entry, false))}</ul>
            </section>
          ))
        )}
      </div>
    </nav>
  );
}
