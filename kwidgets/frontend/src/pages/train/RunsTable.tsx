// All runs in memory: what differed, how far each came and how it did; a run can be put in grey behind the curves.
import { useState } from "react";
import { useTrait } from "../../shared/context";
import { durationText } from "../../shared/figures";
import type { Run, RunRow } from "../../shared/messages";
import { words } from "../../shared/words";
import { type Column, NEWEST, type Order, pressed, sorted } from "../runs/table";
import { columnsOf, valueText } from "./metrics";
import { isAlive } from "./runIs";
import type { Earlier } from "./useEarlier";

export function RunsTable({ earlier }: { earlier: Earlier }) {
  const runs = useTrait("runs");
  const run = useTrait("run");
  const [order, setOrder] = useState<Order>(NEWEST);
  if (runs.length === 0) return null;
  const { train } = words;
  const { loss, share } = columnsOf([...new Set(runs.flatMap((row) => Object.keys(row.values)))]);
  const values = [loss, share].filter((name) => name !== null);
  const sort = { order, setOrder };
  return (
    <section className="kw-runs-part" data-testid="kw-runs">
      <h3 className="kw-runs-head">
        {train.runs} <span className="kw-soft kw-second">{train.kept(runs.length)}</span>
      </h3>
      <div className="kw-runs-scroll">
        <table className="kw-table">
          <thead>
            <tr>
              <Head column="run" text={train.run} {...sort} />
              <th>{train.differs}</th>
              <th>{train.epochsColumn}</th>
              {values.map((name) => (
                <Head key={name} column={`metric:${name}`} text={train.metric(name)} {...sort} />
              ))}
              <Head column="time" text={train.time} {...sort} />
              <th>{train.state}</th>
            </tr>
          </thead>
          <tbody>
            {sorted(runs, order).map((row) => (
              <Row key={row.id} row={row} run={run} values={values} earlier={earlier} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface HeadProps {
  column: Column;
  text: string;
  order: Order;
  setOrder: (order: Order) => void;
}

function Head({ column, text, order, setOrder }: HeadProps) {
  const sorts = order.column === column;
  return (
    <th aria-sort={sorts ? (order.down ? "descending" : "ascending") : undefined}>
      <button type="button" title={words.train.sortBy(text)} onClick={() => setOrder(pressed(order, column))}>
        {text} <span aria-hidden="true">{sorts ? (order.down ? "▼" : "▲") : ""}</span>
      </button>
    </th>
  );
}

function Row({ row, run, values, earlier }: { row: RunRow; run: Run; values: readonly string[]; earlier: Earlier }) {
  const { train } = words;
  const present = row.id === run.id;
  const shown = earlier.shown.has(row.id);
  const state = present ? run.state : row.state;
  return (
    <tr className={present ? "kw-runs-present" : ""}>
      <td>
        {present ? (
          <span className="kw-runs-swatch kw-runs-now" />
        ) : (
          <button
            type="button"
            className={`kw-runs-swatch ${shown ? "kw-runs-shown" : ""}`}
            aria-pressed={shown}
            aria-label={train.showBehind(row.number)}
            title={train.showBehind(row.number)}
            onClick={() => earlier.toggle(row.id)}
          />
        )}
        <b>{present && isAlive(run.state) ? train.now : row.number}</b>
      </td>
      <td className="kw-runs-differs" title={row.differs}>{row.differs}</td>
      <td>{train.epochsOf(row.epochs, row.planned)}</td>
      {values.map((name) => (
        <td key={name}>{cellText(name, row.values[name])}</td>
      ))}
      <td>{durationText(present ? run.seconds : row.seconds)}</td>
      <td className={state === "failed" ? "kw-wrong-text" : "kw-soft"}>{words.frame.states[state]}</td>
    </tr>
  );
}

function cellText(name: string, value: number | null | undefined): string {
  if (value === undefined) return "";
  return value === null ? words.train.notANumber : valueText(name, value);
}
