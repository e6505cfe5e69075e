// A table of values: which column is foretold, how the others look, what is done to them, what would spoil the training.
import { useId } from "react";
import { useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import { Glyph } from "../../shared/Icon";
import type { TableFacts } from "../../shared/messages";
import { PathField } from "../../shared/PathField";
import { words } from "../../shared/words";
import { TableLooks } from "./TableLooks";
import { TableSteps } from "./TableSteps";

interface Props {
  name: string;
  table: TableFacts;
  times: number;
}

export function TableCard({ name, table, times }: Props) {
  const isPictures = table.columns.length === 0;
  return (
    <section role="group" className="kw-array-card kw-table-card" aria-label={isPictures ? words.data.folder : words.data.table} data-testid="kw-table">
      {isPictures ? <OfPictures table={table} /> : <Target table={table} />}
      {!isPictures && table.in_blocks && <p className="kw-soft kw-second" data-testid="kw-in-blocks">{words.data.inBlocks}</p>}
      {!isPictures && <TableLooks name={name} table={table} times={times} />}
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
        {words.data.predict}
      </label>
      <select id={id} className="kw-select kw-array-select" value={table.target ?? ""} data-testid="kw-table-target" onChange={(event) => void ask("set_target", { column: event.target.value })}>
        {table.columns.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <span className="kw-soft kw-ellipsis">{words.data.tableRows(countText(table.rows), table.about, table.columns.filter(({ used }) => used).length)}</span>
    </div>
  );
}

/** Pictures have no columns: their folder names their classes, or a table beside it knows more of each. */
function OfPictures({ table }: { table: TableFacts }) {
  const { ask, askQuietly } = useAsk();
  const id = useId();
  return (
    <div className="kw-array-head kw-wrap">
      <Glyph family="io" />
      <b className="kw-strong">{words.data.pictures(countText(table.rows))}</b>
      {table.targets.length > 0 && (
        <>
          <label className="kw-strong" htmlFor={id}>{words.data.predict}</label>
          <select id={id} className="kw-select kw-array-select" value={table.target ?? ""} data-testid="kw-table-target" onChange={(event) => void ask("set_target", { column: event.target.value })}>
            {table.targets.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </>
      )}
      <span className="kw-soft kw-ellipsis">{table.targets.length > 0 ? words.data.byTable : table.target === null ? words.data.noClasses : words.data.classesByFolder}, {words.data.picturesRead}</span>
      <span className="kw-grow" />
      <PathField label={words.data.pictureTable} hint={words.data.pictureTableHint} send={words.data.take} ask={(path) => askQuietly("set_picture_table", { path })} testId="kw-picture-table" />
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
