// What hangs at a letter of the text: the offers for the word under way, and what a word means.
import { type ReactNode, useEffect, useRef } from "react";
import { words } from "../../shared/words";
import { lineOf } from "./offset";
import type { Completion } from "./useCompletion";
import type { Meant } from "./useMeaning";

/** Stands below a letter of the text; what is before it in its line is there unseen, so that it is as wide. */
function Below({ text, at, children }: { text: string; at: number; children: ReactNode }) {
  const line = lineOf(text, at);
  const begin = text.lastIndexOf("\n", at - 1) + 1;
  return (
    <div className="kw-code-below" style={{ "--kw-code-row": line } as React.CSSProperties}>
      <span className="kw-code-before" aria-hidden="true">
        {text.slice(begin, at)}
      </span>
      {children}
    </div>
  );
}

export function Offers({ id, text, completion }: { id: string; text: string; completion: Completion }) {
  const list = useRef<HTMLUListElement>(null);
  const { offered, take } = completion;
  const chosen = offered?.chosen ?? 0;
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (offered === null) return null;
  const note = offered.offers[chosen]?.note ?? "";
  return (
    <Below text={text} at={offered.start}>
      <div className="kw-popup kw-code-offers" data-testid="kw-code-offers">
        <ul ref={list} id={id} role="listbox" aria-label={words.code.offers}>
          {offered.offers.map((offer, index) => (
            <li
              key={offer.name} id={`${id}-${index}`} role="option" aria-selected={index === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                take(offer);
              }}
            >
              {offer.name}
            </li>
          ))}
        </ul>
        {note !== "" && <p className="kw-soft kw-second">{note}</p>}
      </div>
    </Below>
  );
}

export function Meaning({ text, meant }: { text: string; meant: Meant | null }) {
  if (meant === null || meant.start > text.length) return null;
  return (
    <Below text={text} at={meant.start}>
      <div className="kw-popup kw-code-meaning" role="tooltip" data-testid="kw-code-meaning">
        <p className="kw-strong">{meant.title}</p>
        <p className="kw-soft">{meant.text}</p>
      </div>
    </Below>
  );
}
