// All runs, one line each; columns can be sorted.
import { durationText } from "../../shared/figures";
import type { RunRow } from "../../shared/messages";
import { words } from "../../shared/words";
import { valueText } from "../train/metrics";
import { type Column, metricOf, type Order } from "./table";

interface RunTableProps {
  rows: readonly RunRow[];
  columns: readonly Column[];
  order: Order;
  sortBy: (column: Column) => void;
  best: RunRow | null;
  chosen: string | null;
  choose: (id: string) => void;
  /** The colour of a run's curves; null: they are not drawn; undefined: there are none. */
  colourOf: (id: string) => number | null | undefined;
  draw: (id: string) => void;
}

const TITLES: Partial<Record<Column, string>> = {
  run: words.runs.run, differs: words.runs.differs, epochs: words.runs.epochs, time: words.runs.time, state: words.runs.state,
};

const titleOf = (column: Column): string => TITLES[column] ?? words.runs.metric(metricOf(column) ?? "");

export function RunTable({ rows, columns, order, sortBy, best, chosen, choose, colourOf, draw }: RunTableProps) {
  return (
    <table className="kw-table kw-runs-table" data-testid="kw-runs-table">
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column} column={column} order={order} sortBy={sortBy} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} className={row.id === chosen ? "kw-runs-chosen" : undefined} onClick={() => choose(row.id)}>
            {columns.map((column) =>
              column === "run" ? (
                <th key={column} scope="row">
                  <RunName row={row} best={row === best} chosen={row.id === chosen} choose={choose} colour={colourOf(row.id)} draw={draw} />
                </th>
              ) : (
                <td key={column} className={column === "differs" ? "kw-runs-differs" : undefined}>
                  <Cell row={row} column={column} />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heading({ column, order, sortBy }: { column: Column; order: Order; sortBy: (column: Column) => void }) {
  const sorts = order.column === column;
  const title = titleOf(column);
  return (
    <th scope="col" aria-sort={sorts ? (order.down ? "descending" : "ascending") : "none"}>
      <button type="button" className="kw-runs-sort" title={words.runs.sortBy(title)} onClick={() => sortBy(column)}>
        {title} <span aria-hidden="true">{sorts ? (order.down ? "▼" : "▲") : ""}</span>
      </button>
    </th>
  );
}

interface RunNameProps {
  row: RunRow;
  best: boolean;
  chosen: boolean;
  choose: (id: string) => void;
  colour: number | null | undefined;
  draw: (id: string) => void;
}

/** The number, which shows the run; before it a swatch that draws its curves or takes them away. */
function RunName({ row, best, chosen, choose, colour, draw }: RunNameProps) {
  return (
    <span className="kw-row" onClick={(event) => event.stopPropagation()}>
      {colour !== undefined && (
        <button
          type="button" className={colour === null ? "kw-swatch" : `kw-swatch kw-swatch-on kw-run-${colour}`} aria-pressed={colour !== null}
          aria-label={words.runs.draw(row.number)} title={words.runs.draw(row.number)} onClick={() => draw(row.id)}
        />
      )}
      <button type="button" className="kw-strong kw-runs-number" aria-expanded={chosen} aria-label={words.runs.details(row.number)} onClick={() => choose(row.id)}>
        {row.number}
      </button>
      {best && (
        <span role="img" aria-label={words.runs.best} title={words.runs.best}>
          ★
        </span>
      )}
    </span>
  );
}

function Cell({ row, column }: { row: RunRow; column: Column }) {
  const metric = metricOf(column);
  if (metric !== null) {
    const value = row.values[metric];
    // A value that was measured and is no number, against one that was never measured.
    return <>{typeof value === "number" ? valueText(metric, value) : value === null ? words.runs.noNumber : "–"}</>;
  }
  switch (column) {
    case "differs":
      return <span title={row.differs}>{row.differs || (row.number === 1 ? words.runs.first : words.runs.same)}</span>;
    case "epochs":
      return <>{words.runs.epochsOf(row.epochs, row.planned)}</>;
    case "time":
      return <>{durationText(row.seconds)}</>;
    default:
      return <StateText row={row} />;
  }
}

/** The state in words, with a sign for those that ask for a look. */
export function StateText({ row: { state } }: { row: RunRow }) {
  const goesOn = state === "running" || state === "paused" || state === "stopping";
  return (
    <span className={goesOn ? "kw-runs-on" : state === "failed" ? "kw-wrong-text" : undefined}>
      {(goesOn || state === "failed") && <span aria-hidden="true">{state === "failed" ? "▲ " : "● "}</span>}
      {words.runs.states[state]}
    </span>
  );
}
