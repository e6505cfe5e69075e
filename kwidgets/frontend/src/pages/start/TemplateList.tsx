// All templates, with a search above them: arrows move, Enter takes, Esc goes back.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useAsk, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { TemplateEntry } from "../../shared/messages";
import { words } from "../../shared/words";
import { found } from "./found";
import { Sketch } from "./Sketch";

export function TemplateList({ back }: { back: () => void }) {
  const { templates } = useTrait("catalogue");
  const { ask } = useAsk();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const rows = found(templates, text);
  const active = Math.min(at, rows.length - 1);
  const take = (template: TemplateEntry | undefined) => {
    if (template !== undefined) void ask("template", { name: template.name });
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && rows.length > 0) setAt((active + step + rows.length) % rows.length);
    else if (event.key === "Enter") take(rows[active]);
    else if (event.key === "Escape") back();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section role="group" className="kw-door kw-all-templates" aria-label={words.start.allTitle} onKeyDown={keys}>
      <div className="kw-row">
        <span className="kw-door-title kw-grow">{words.start.allTitle}</span>
        <button type="button" className="kw-button kw-button-small" onClick={back} onKeyDown={(event) => event.stopPropagation()}>
          {words.start.back}
        </button>
      </div>
      <div className="kw-all-find">
        <Icon name="search" size={16} />
        <input
          ref={input} className="kw-input" type="text" value={text} placeholder={words.start.find} aria-label={words.start.find} role="combobox" aria-expanded="true"
          aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          onChange={(event) => { setText(event.target.value); setAt(0); }}
        />
      </div>
      {rows.length === 0 && <p className="kw-soft" role="status">{words.start.noTemplate(text)}</p>}
      <ul className="kw-all-rows" role="listbox" id={`${id}-list`} aria-label={words.start.allTitle}>
        {rows.map((template, index) => (
          <Row key={template.name} id={`${id}-${index}`} template={template} active={index === active} over={() => setAt(index)} take={() => take(template)} />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  id: string;
  template: TemplateEntry;
  active: boolean;
  over: () => void;
  take: () => void;
}

function Row({ id, template, active, over, take }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // Its keys are those of the search field, which has the focus.
    <li ref={row} id={id} className="kw-all-row" role="option" aria-selected={active} onPointerMove={over} onClick={take}>
      <Sketch rows={template.sketch} />
      <span className="kw-all-words">
        <span className="kw-strong">{template.title}</span>
        <span className="kw-soft kw-second">{template.help}</span>
      </span>
      <span className="kw-soft kw-second kw-all-layers">{words.start.layers(template.layers)}</span>
    </li>
  );
}
