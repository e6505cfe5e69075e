// The charts of a run, two beside each other, and the tools that hold for all of them.
import { useId, useMemo, useState, useSyncExternalStore } from "react";
import { useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import { Chart } from "./Chart";
import { ChartView } from "./chartView";
import type { Curves } from "./curves";
import { isShare } from "./metrics";

export function Charts({ curves, earlier = [] }: { curves: Curves; earlier?: readonly Curves[] }) {
  const run = useTrait("run");
  const group = useId();
  const [view] = useState(() => new ChartView());
  // The names alone: new points are drawn outside of React.
  const joined = useSyncExternalStore(curves.subscribe, () => curves.names().filter((name) => name !== "lr").join("\n"));
  const names = useMemo(() => sorted(joined === "" ? [] : joined.split("\n")), [joined]);
  if (names.length === 0) return null;
  return (
    <section role="group" className="kw-charts-part" aria-label={words.train.curves}>
      <Tools view={view} shown={names.some((name) => !isShare(name))} />
      <div className={`kw-charts ${names.length === 1 ? "kw-charts-one" : ""}`}>
        {names.map((name) => (
          <Chart key={name} name={name} curves={curves} view={view} group={group} planned={run.epochs} marks={run.marks} earlier={earlier} />
        ))}
      </div>
    </section>
  );
}

/** The loss first, the other metrics as they came. */
function sorted(names: readonly string[]): string[] {
  return [...names].sort((one, other) => Number(other === "loss") - Number(one === "loss"));
}

function Tools({ view, shown }: { view: ChartView; shown: boolean }) {
  const { smoothing, log, whole, zoom } = useSyncExternalStore(view.subscribe, view.get);
  const { train } = words;
  return (
    <div className="kw-chart-tools">
      {zoom !== null && (
        <button type="button" className="kw-link-button" onClick={() => view.set({ zoom: null })}>
          {train.unzoom}
        </button>
      )}
      {whole && (
        <button type="button" className="kw-link-button" onClick={() => view.set({ whole: false })}>
          {train.withoutFirst}
        </button>
      )}
      {shown && (
        <label title={train.logHelp}>
          <input type="checkbox" checked={log} onChange={(event) => view.set({ log: event.target.checked })} /> {train.log}
        </label>
      )}
      <label>
        {train.smooth}
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={smoothing}
          aria-label={train.smoothLabel}
          onChange={(event) => view.set({ smoothing: Number(event.target.value) })}
        />
        <span className="kw-chart-strength">{smoothing.toFixed(2)}</span>
      </label>
    </div>
  );
}
