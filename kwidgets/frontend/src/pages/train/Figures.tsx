// The values of the moment as large figures: losses and metrics with their best and their step, learning rate, speed.
import type { ReactNode } from "react";
import { useTrait } from "../../shared/context";
import type { Data, RankFares, Run } from "../../shared/messages";
import { words } from "../../shared/words";
import { dataName } from "./dataName";
import { inOrder, isShare, isValidation, stepText, valueText } from "./metrics";
import { RateFigure } from "./RateFigure";
import { isAlive } from "./runIs";
import { slowestOf } from "./slowest";

export function Figures() {
  const run = useTrait("run");
  return (
    <dl className="kw-figures" aria-label={words.train.figures}>
      {inOrder(Object.keys(run.logs)).map((name) => (
        <Value key={name} name={name} run={run} />
      ))}
      <RateFigure />
      <DataFigure />
      {isAlive(run.state) && run.samples_per_second !== null && (
        <Figure label={words.train.speed} below={<Cost run={run} />}>
          {words.train.perSecond(run.samples_per_second)}
        </Figure>
      )}
      {run.ranks.map((fares) => (
        <RankFigure key={fares.rank} fares={fares} isSlowest={run.ranks.length > 1 && fares.rank === slowestOf(run.ranks)} />
      ))}
    </dl>
  );
}

/** One of several processes: its samples a second, and how long it waits for the others. */
function RankFigure({ fares, isSlowest }: { fares: RankFares; isSlowest: boolean }) {
  const waits = words.train.waits(fares.waiting);
  return (
    <Figure label={words.train.rank(fares.rank)} below={isSlowest ? words.train.slowest(waits) : waits}>
      {words.train.perSecond(fares.samples_per_second)}
    </Figure>
  );
}

/** What showing and recording takes; where it would take more, the curves have fewer points, and the text says so when pointed at. */
function Cost({ run }: { run: Run }) {
  if (run.cost === null) return null;
  return <span title={run.every > 1 ? words.train.oneBatchIn(run.every) : undefined}>{words.train.cost(run.cost)}</span>;
}

/** What is trained on; a dashboard by itself does not know it. */
function DataFigure() {
  const data = useTrait("data") as Data | undefined;
  const name = data === undefined ? "" : dataName(data);
  if (data === undefined || name === "") return null;
  return (
    <Figure label={words.train.data} below={data.samples === null ? "" : words.train.samples(data.samples)}>
      <span className="kw-figure-name kw-ellipsis" title={name}>{name}</span>
    </Figure>
  );
}

export function Figure({ label, below, wrong = false, children }: { label: string; below: ReactNode; wrong?: boolean; children: ReactNode }) {
  return (
    <div className="kw-figure">
      <dt>{label}</dt>
      <dd className={`kw-figure-value ${wrong ? "kw-wrong-text" : ""}`}>{children}</dd>
      <dd className="kw-figure-below">{below}</dd>
    </div>
  );
}

function Value({ name, run }: { name: string; run: Run }) {
  const value = run.logs[name] ?? null;
  return (
    <Figure label={words.train.metric(name)} wrong={value === null} below={<Below name={name} run={run} />}>
      {value === null ? words.train.notANumber : valueText(name, value)}
    </Figure>
  );
}

/** The best for what is validated; else the step from the epoch before, with an arrow and a colour for better or worse. */
function Below({ name, run }: { name: string; run: Run }) {
  const best = run.best.find((one) => one.metric === name);
  if (best !== undefined && isValidation(name)) return words.train.best(valueText(name, best.value), best.epoch);
  const change = run.changes[name];
  if (change === undefined || change === 0) return best === undefined ? null : words.train.best(valueText(name, best.value), best.epoch);
  const better = isShare(name) ? change > 0 : change < 0;
  return (
    <span className={better ? "kw-better" : "kw-worse"}>
      {change < 0 ? "▼" : "▲"} {words.train.thisEpoch(stepText(name, change))}
    </span>
  );
}
