// Over an empty canvas: three ways to begin.
import "./start.css";
import { useId, useState } from "react";
import { useAsk, useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import { ArraysDoor } from "./ArraysDoor";
import { OpenDoor } from "./OpenDoor";
import { TemplateList } from "./TemplateList";
import { TemplatesDoor } from "./TemplatesDoor";

export function StartPage() {
  const [all, setAll] = useState(false);
  const title = useId();
  return (
    <section role="group" className="kw-start" aria-labelledby={title} data-testid="kw-start">
      <div className="kw-start-middle">
        <h2 className="kw-start-title" id={title}>
          {words.start.title}
        </h2>
        <p className="kw-soft kw-start-hint">
          {words.start.hintBefore} <kbd className="kw-key">{words.start.hintKey}</kbd> {words.start.hintAfter} <b className="kw-strong">{words.start.hintExample}</b>
        </p>
        <BringBack />
        {all ? (
          <TemplateList back={() => setAll(false)} />
        ) : (
          <div className="kw-start-doors">
            <ArraysDoor />
            <TemplatesDoor showAll={() => setAll(true)} />
            <OpenDoor />
          </div>
        )}
      </div>
    </section>
  );
}

/** What the cell had built before it was run again: nothing that a person made is lost by that. */
function BringBack() {
  const before = useTrait("before");
  const { ask } = useAsk();
  if (before === null) return null;
  return (
    <p className="kw-box kw-start-before">
      {words.start.before(before)}
      <button type="button" className="kw-button kw-button-small kw-button-main" data-testid="kw-bring-back" onClick={() => void ask("bring_back")}>
        {words.start.bringBack}
      </button>
    </p>
  );
}
