// A table of values: which column is foretold, what is done to the others, and what would spoil the training.
import { useId } from "react";
import { useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import { Glyph } from "../../shared/Icon";
import type { TableFacts } from "../../shared/messages";
import { words } from "../../shared/words";

export function TableCard({ table }: { table: TableFacts }) {
  return (
    <section role="group" className="kw-array-card kw-table-card" aria-label={words.data.table} data-testid="kw-table">
      <Target table={table} />
      <Columns table={table} />
      <Steps steps={table.steps} />
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
  const shown = table.columns.filter(({ name }) => name !== table.target);
  return (
    <ul className="kw-table-columns" aria-label={words.data.columns}>
      {shown.map(({ name, kind, missing, used }) => (
        <li key={name} className={used ? "kw-chip" : "kw-chip kw-chip-off"} title={used ? undefined : words.data.notUsed}>
          <span className="kw-ellipsis">{name}</span>
          <span className="kw-soft">
            {words.data.columnKinds[kind]}
            {missing > 0 && ` · ${words.data.columnMissing(countText(missing))}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Steps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <div className="kw-table-steps">
      <span className="kw-soft kw-second">{words.data.steps}</span>
      <ol aria-label={words.data.steps} data-testid="kw-table-steps">
        {steps.map((step, index) => (
          <li key={`${index} ${step}`}>
            <span className="kw-chip">{step}</span>
          </li>
        ))}
      </ol>
      <span className="kw-soft kw-second">{words.data.stepsKept}</span>
    </div>
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
