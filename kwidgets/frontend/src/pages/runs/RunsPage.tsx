// All runs of this kernel: their curves over each other, a table of what differs, one run's figures.
import "./runs.css";
import { useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { useTrait } from "../../shared/context";
import { shareText } from "../../shared/figures";
import type { RunRow } from "../../shared/messages";
import { words } from "../../shared/words";
import { EmptyPage } from "../EmptyPage";
import { baseOf, columnsOf as comparedOf, isShare, isValidation } from "../train/metrics";
import { Chart, type RunLine } from "./Chart";
import { RunDetails } from "./RunDetails";
import { RunTable } from "./RunTable";
import { bestOf, columnsOf, metricsOf, NEWEST, pressed, sorted } from "./table";
import { useRunCurves } from "./useRunCurves";

/** Runs whose curves are drawn unasked, and colours that can be told apart. */
const DRAWN = 4;
const COLOURS = 6;

export function RunsPage() {
  const rows = useTrait("runs");
  return (
    <section role="group" className="kw-runs-page" aria-label={words.runs.label} data-testid="kw-runs-page">
      {rows.length === 0 ? <NoRuns /> : <Runs rows={rows} />}
    </section>
  );
}

function Runs({ rows }: { rows: readonly RunRow[] }) {
  const [order, setOrder] = useState(NEWEST);
  const [onlyDiffering, setOnlyDiffering] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const { curves, colourOf, draw } = useDrawn(rows);
  const best = bestOf(rows);
  const row = rows.find(({ id }) => id === chosen);
  const { loss, share } = comparedOf(metricsOf(rows));
  const lines = (metric: string) => linesOf(rows, metric, curves, colourOf, chosen);
  return (
    <>
      <div className="kw-runs-main">
        <div className="kw-runs-head">
          <label className="kw-runs-only">
            <input type="checkbox" checked={onlyDiffering} onChange={(event) => setOnlyDiffering(event.target.checked)} />
            {words.runs.onlyDiffering}
          </label>
          <span className="kw-grow" />
          <span className="kw-soft kw-second">
            {words.runs.count(rows.length)} · {words.runs.kept}
          </span>
        </div>
        <div className="kw-runs-charts">
          {[loss, share].map((metric) => metric !== null && lines(metric).length > 0 && (
            <Chart key={metric} title={words.runs.metric(metric)} lines={lines(metric)} tickText={isShare(metric) ? shareText : undefined} />
          ))}
        </div>
        <div className="kw-runs-scroll">
          <RunTable
            rows={sorted(rows, order)} columns={columnsOf(rows, onlyDiffering)} order={order} sortBy={(column) => setOrder(pressed(order, column))}
            best={best} chosen={chosen} choose={(id) => setChosen(id === chosen ? null : id)} colourOf={colourOf} draw={draw}
          />
        </div>
      </div>
      {row !== undefined && <RunDetails row={row} best={best} close={() => setChosen(null)} />}
    </>
  );
}

/** Which runs are drawn: the newest, until swatches are pressed. A run keeps its colour, whatever else is drawn. */
function useDrawn(rows: readonly RunRow[]) {
  const [pressedOn, setPressedOn] = useState<ReadonlyMap<string, boolean>>(new Map());
  const newest = new Set(sorted(rows, NEWEST).slice(0, DRAWN).map(({ id }) => id));
  const isDrawn = (id: string) => pressedOn.get(id) ?? newest.has(id);
  const curves = useRunCurves(rows.filter(({ id }) => isDrawn(id)));
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  const colourOf = (id: string) => {
    if (curves.get(id)?.curves === null) return undefined;
    return isDrawn(id) ? (numbers.get(id) ?? 0) % COLOURS : null;
  };
  const draw = (id: string) => setPressedOn((before) => new Map(before).set(id, !isDrawn(id)));
  return { curves, colourOf, draw };
}

function linesOf(
  rows: readonly RunRow[], metric: string, curves: ReturnType<typeof useRunCurves>, colourOf: (id: string) => number | null | undefined, chosen: string | null,
): RunLine[] {
  return rows.flatMap(({ id, number }) => {
    const colour = colourOf(id);
    const series = curves.get(id)?.curves?.get(baseOf(metric), isValidation(metric) ? "validation" : "train");
    if (colour === null || colour === undefined || series === undefined || series.xs.length === 0) return [];
    return [{ id, number, colour, chosen: id === chosen, xs: series.xs, ys: series.ys }];
  });
}

function NoRuns() {
  const { go } = useBuilder();
  return (
    <EmptyPage title={words.runs.emptyTitle} hint={words.runs.emptyHint}>
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-main" onClick={() => go("train")}>
          {words.runs.goTrain}
        </button>
        <button type="button" className="kw-button" onClick={() => go("data")}>
          {words.runs.goData}
        </button>
      </div>
      <p className="kw-soft kw-second">{words.runs.kept}</p>
    </EmptyPage>
  );
}
