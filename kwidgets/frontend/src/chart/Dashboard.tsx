// One run: controls, progress, numbers, curves and log.
import { useSyncExternalStore } from "react";
import { useAsk, useTrait } from "../shared/context";
import { durationText, numberText } from "../shared/words";
import { Chart } from "./Chart";
import { Controls } from "./Controls";
import type { Curves } from "./curves";

export function Dashboard({ curves }: { curves: Curves }) {
  const run = useTrait("run");
  const log = useTrait("log");
  const { ask } = useAsk();
  useSyncExternalStore(curves.subscribe, () => curves.version);
  const names = [...curves.byName().keys()];
  const points = [...curves.series.values()].reduce((sum, one) => sum + one.xs.length, 0);
  return (
    <section className="kw-dashboard" aria-label="Training" data-testid="kw-dashboard" data-state={run.state} data-points={points}>
      <Controls run={run} ask={ask} />
      <Progress />
      {run.error !== null && run.error !== "" && (
        <p className="kw-error" role="alert" data-testid="kw-run-error">
          ⚠ {run.error}
        </p>
      )}
      {names.length === 0 ? (
        <p className="kw-quiet">The curves appear here when training starts.</p>
      ) : (
        <div className="kw-charts">
          {names.map((name) => (
            <Chart key={name} name={name} curves={curves} />
          ))}
        </div>
      )}
      {log.length > 0 && (
        <details className="kw-log">
          <summary>Log ({log.length} lines)</summary>
          <pre tabIndex={0} aria-label="Log of the run">
            {log.join("\n")}
          </pre>
        </details>
      )}
    </section>
  );
}

function Progress() {
  const run = useTrait("run");
  const batches = run.batches ?? 0;
  const share = batches > 0 ? Math.min(1, run.batch / batches) : 0;
  const logs = Object.entries(run.logs ?? {});
  return (
    <div className="kw-progress-row">
      <progress className="kw-progress" value={share} max={1} aria-label="Progress of this epoch" />
      <span className="kw-numbers" data-testid="kw-progress">
        epoch {run.epoch}/{run.epochs} · batch {run.batch}/{run.batches ?? "?"} ·{" "}
        {run.samples_per_second === null ? "–" : Math.round(run.samples_per_second).toLocaleString("en-US")} samples/s ·{" "}
        {durationText(run.seconds)} gone, {durationText(run.seconds_left)} left
      </span>
      <span className="kw-numbers">
        {logs.map(([name, value]) => (
          <span key={name} className="kw-value">
            {name} <b>{numberText(value)}</b>
          </span>
        ))}
      </span>
      <span className="kw-message" role="status" aria-live="polite" data-testid="kw-message">
        {run.message}
      </span>
    </div>
  );
}
