// A table of values: which column is foretold, what is done to the others, and what would spoil the training.
import { useId } from "react";
import { useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import { Glyph } from "../../shared/Icon";
import type { TableFacts } from "../../shared/messages";
import { words } from "../../shared/words";
import { TableSteps } from "./TableSteps";

export function TableCard({ table }: { table: TableFacts }) {
  return (
    <section role="group" className="kw-array-card kw-table-card" aria-label={words.data.table} data-testid="kw-table">
      <Target table={table} />
      <Columns table={table} />
      <TableSteps table={table} />
      {table.trouble !== null && table.findings.length === 0 && <p className="kw-box kw-box-warn" role="status">{table.trouble}</p>}
      <Findings table={table} />
    </section>
  );
}

function Target({ table }: { table: TableFacts }) {
  const { ask } = useAsk();
  const id = useId();
  return (
    <div className="kw-array-head">
      <Glyph family="io" />
      <label className="kw-strong" htmlFor={id}>
        {words.data.foretell}
      </label>
      <select id={id} className="kw-select kw-array-select" value={table.target ?? ""} data-testid="kw-table-target" onChange={(event) => void ask("set_target", { column: event.target.value })}>
        {table.columns.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <span className="kw-soft kw-ellipsis">{words.data.tableRows(countText(table.rows), table.columns.filter(({ used }) => used).length)}</span>
    </div>
  );
}

function Columns({ table }: { table: TableFacts }) {
  const { ask } = useAsk();
  const shown = table.columns.filter(({ name }) => name !== table.target);
  return (
    <ul className="kw-table-columns" aria-label={words.data.columns}>
      {shown.map(({ name, kind, missing, used }) => (
        <li key={name}>
          <button type="button" className={used ? "kw-chip kw-chip-button" : "kw-chip kw-chip-button kw-chip-off"} aria-pressed={used} title={used ? words.data.leaveOut(name) : words.data.takeIn(name)} onClick={() => void ask("use_column", { column: name, used: !used })}>
            <span className="kw-ellipsis">{name}</span>
            <span className="kw-soft">
              {words.data.columnKinds[kind]}
              {missing > 0 && ` · ${words.data.columnMissing(countText(missing))}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Findings({ table }: { table: TableFacts }) {
  const { ask } = useAsk();
  if (table.findings.length === 0) return null;
  return (
    <ul className="kw-stack" aria-label={words.data.tableFindings} data-testid="kw-table-findings">
      {table.findings.map(({ sentence, mend }, finding) => (
        <li key={sentence} className="kw-box kw-box-warn kw-data-problem">
          <span className="kw-grow">{sentence}</span>
          {mend !== null && (
            <button type="button" className="kw-button kw-button-small kw-button-main" onClick={() => void ask("mend_table", { finding })}>
              {mend}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
