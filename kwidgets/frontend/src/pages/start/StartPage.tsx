// Over an empty canvas: three ways to begin.
import "./start.css";
import { useId, useState } from "react";
import { words } from "../../shared/words";
import { ArraysDoor } from "./ArraysDoor";
import { OpenDoor } from "./OpenDoor";
import { TemplateList } from "./TemplateList";
import { TemplatesDoor } from "./TemplatesDoor";

export function StartPage() {
  const [all, setAll] = useState(false);
  const title = useId();
  return (
    <section className="kw-start" aria-labelledby={title} data-testid="kw-start">
      <div className="kw-start-middle">
        <h2 className="kw-start-title" id={title}>
          {words.start.title}
        </h2>
        <p className="kw-soft kw-start-hint">
          {words.start.hintBefore} <kbd className="kw-key">{words.start.hintKey}</kbd> {words.start.hintAfter} <b className="kw-strong">{words.start.hintExample}</b>
        </p>
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
