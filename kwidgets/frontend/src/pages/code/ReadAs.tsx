// What of a program is read otherwise than it stands there, by line.
import { memo } from "react";
import type { TextNote } from "../../shared/messages";
import { words } from "../../shared/words";

export const ReadAs = memo(function ReadAs({ notes, goTo }: { notes: readonly TextNote[]; goTo: (line: number) => void }) {
  if (notes.length === 0) return null;
  return (
    <section className="kw-code-notes" aria-label={words.code.readAs}>
      <h3 className="kw-strong">{words.code.readAs}</h3>
      <ul>
        {notes.map((note, index) => (
          <li key={index}>
            <button type="button" className={`kw-code-note ${note.kind === "not read" ? "kw-code-note-wrong" : ""}`} onClick={() => goTo(note.line)}>
              <span className="kw-code-note-line">{words.code.line(note.line)}</span>
              <span className="kw-soft">{note.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
});
