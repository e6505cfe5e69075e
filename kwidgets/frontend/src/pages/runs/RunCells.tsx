// What stands in the cells of a run's line.
import type { MouseEvent } from "react";
import type { KeptRun, KeptState } from "../../shared/messages";
import { words } from "../../shared/words";
import type { Column } from "./table";
import { cellText } from "./texts";

interface RowHeadProps {
  row: KeptRun;
  best: boolean;
  chosen: boolean;
  colour: number | null;
  /** Whether Tab stops at its buttons. */
  stop: boolean;
  choose: (chosen: boolean) => void;
  draw: (drawn: boolean) => void;
}

const still = (event: MouseEvent) => event.stopPropagation();

/** A box that chooses the run for comparing, a swatch that draws its curves or takes them away, its number, a star. */
export function RowHead({ row, best, chosen, colour, stop, choose, draw }: RowHeadProps) {
  const { number } = row;
  const tabIndex = stop ? 0 : -1;
  return (
    <>
      <input
        type="checkbox" className="kw-runs-box" checked={chosen} tabIndex={tabIndex} aria-label={words.runs.choose(number)} title={words.runs.choose(number)}
        onClick={still} onChange={(event) => choose(event.target.checked)}
      />
      <button
        type="button" className={colour === null ? "kw-swatch" : `kw-swatch kw-swatch-on kw-run-${colour}`} aria-pressed={colour !== null} tabIndex={tabIndex}
        aria-label={words.runs.draw(number)} title={words.runs.draw(number)}
        onClick={(event) => {
          still(event);
          draw(colour === null);
        }}
      />
      <span className="kw-strong kw-runs-number">{number}</span>
      {best && (
        <span role="img" aria-label={words.runs.best} title={words.runs.best}>
          ★
        </span>
      )}
    </>
  );
}

export function Cell({ row, column, now }: { row: KeptRun; column: Column; now: Date }) {
  if (column === "state") return <StateText state={row.state} />;
  if (column === "note") return <Note row={row} />;
  const text = cellText(row, column, now);
  const whole = column === "document" ? (row.document ?? text) : text;
  return (
    <span className="kw-ellipsis" title={whole.length > 14 ? whole : undefined}>
      {text}
    </span>
  );
}

function Note({ row: { tags, note } }: { row: KeptRun }) {
  return (
    <span className="kw-ellipsis" title={[...tags, note].filter(Boolean).join(" · ")}>
      {tags.map((tag) => (
        <span key={tag} className="kw-runs-tag">
          {tag}
        </span>
      ))}
      <span className="kw-soft">{note}</span>
    </span>
  );
}

const SIGNS: Readonly<Partial<Record<KeptState, { sign: string; look: string }>>> = {
  running: { sign: "●", look: "kw-runs-on" },
  paused: { sign: "❚❚", look: "kw-runs-on" },
  interrupted: { sign: "◐", look: "kw-runs-warn" },
  diverged: { sign: "▲", look: "kw-wrong-text" },
  failed: { sign: "▲", look: "kw-wrong-text" },
};

/** The state in words, with a sign for those that ask for a look. */
export function StateText({ state }: { state: KeptState }) {
  const shown = SIGNS[state];
  return (
    <span className={`kw-runs-state ${shown?.look ?? ""}`}>
      {shown !== undefined && (
        <span className="kw-runs-sign" aria-hidden="true">
          {shown.sign}
        </span>
      )}
      {words.runs.states[state]}
    </span>
  );
}
