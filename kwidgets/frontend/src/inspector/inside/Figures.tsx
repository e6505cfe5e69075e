// The rows and figures that are told beside pictures, each figure with how it was computed.
import { Fragment } from "react";
import type { InsideFigure, InsideRow } from "../../shared/messages";
import { words } from "../../shared/words";

const isFigure = (cell: string | undefined): boolean => cell === undefined || !cell.includes(" ");

export function Table({ columns, rows }: { columns: readonly string[]; rows: readonly InsideRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table className="kw-table kw-inside-table">
      <thead><tr><th scope="col">{words.inside.name}</th>{columns.map((column, index) => <th key={column} scope="col" className={isFigure(rows[0]?.cells[index]) ? undefined : "kw-inside-words"}>{column}</th>)}</tr></thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={`${row.name} ${place}`} className={row.bad ? "kw-figure-warns" : undefined}>
            <th scope="row">{row.name}</th>
            {row.cells.map((cell, index) => <td key={index} className={isFigure(cell) ? undefined : "kw-inside-words"}>{cell}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Figures, each with how it was computed, and the line of Python that gives the numbers. */
export function Figures({ figures, code, again }: { figures: readonly InsideFigure[]; code: string; again: () => void }) {
  return (
    <div className="kw-box kw-stack">
      {figures.length > 0 && (
        <dl className="kw-facts">
          {figures.map(({ label, value, how }) => (
            <div key={label} title={`${label} ${how}`}><dt>{label}</dt><dd className="kw-numbers">{value}</dd></div>
          ))}
        </dl>
      )}
      {/* A line breaks in front of a call rather than within a name. */}
      <code className="kw-mono kw-inside-code">{code.split(/(?=\.)/).map((part, index) => <Fragment key={index}>{index > 0 && <wbr />}{part}</Fragment>)}</code>
      <button type="button" className="kw-link-button kw-second" title={words.inside.againHelp} onClick={again}>{words.inside.again}</button>
    </div>
  );
}
