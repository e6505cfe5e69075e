// All runs in memory: what differed, how far each came and how it did; a run can be put in grey behind the curves.
import { useState } from "react";
import { useTrait } from "../../shared/context";
import { durationText } from "../../shared/figures";
import type { Run, RunRow } from "../../shared/messages";
import { words } from "../../shared/words";
import { columnsOf, valueText } from "./metrics";
import { isAlive } from "./runIs";
import { firstOrder, type Order, sortedRuns } from "./sortRuns";
import type { Earlier } from "./useEarlier";

export function RunsTable({ earlier }: { earlier: Earlier }) {
  const runs = useTrait("runs");
  const run = useTrait("run");
  const [order, setOrder] = useState<Order>(firstOrder("number"));
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
              <Head by="number" text={train.run} {...sort} />
              <th>{train.differs}</th>
              <th>{train.epochsColumn}</th>
              {values.map((name) => (
                <Head key={name} by={name} text={train.metric(name)} {...sort} />
              ))}
              <Head by="seconds" text={train.time} {...sort} />
              <th>{train.state}</th>
            </tr>
          </thead>
          <tbody>
            {sortedRuns(runs, order).map((row) => (
              <Row key={row.id} row={row} run={run} values={values} earlier={earlier} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface HeadProps {
  by: string;
  text: string;
  order: Order;
  setOrder: (order: Order) => void;
}

function Head({ by, text, order, setOrder }: HeadProps) {
  const own = order.by === by;
  const turn = () => setOrder(own ? { by, falling: !order.falling } : firstOrder(by));
  return (
    <th aria-sort={own ? (order.falling ? "descending" : "ascending") : undefined}>
      <button type="button" title={words.train.sortBy(text)} onClick={turn}>
        {text} <span aria-hidden="true">{own ? (order.falling ? "▼" : "▲") : ""}</span>
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
