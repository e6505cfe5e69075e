// One run beside the table: its values, and how they stand against the best.
import { durationText } from "../../shared/figures";
import { Icon } from "../../shared/Icon";
import type { RunRow } from "../../shared/messages";
import { words } from "../../shared/words";
import { isShare, stepText, valueText } from "../train/metrics";
import { StateText } from "./RunTable";
import { metricsOf } from "./table";

export function RunDetails({ row, best, close }: { row: RunRow; best: RunRow | null; close: () => void }) {
  const metrics = metricsOf([row]);
  return (
    <aside className="kw-run-details" aria-label={words.runs.details(row.number)} data-testid="kw-run-details">
      <div className="kw-row">
        <h2 className="kw-run-title kw-grow">{words.runs.details(row.number)}</h2>
        <button type="button" className="kw-icon-button" aria-label={words.runs.close} onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <p className="kw-soft kw-second">{row.differs || (row.number === 1 ? words.runs.first : words.runs.same)}</p>
      <dl className="kw-two">
        <Detail name={words.runs.state}>
          <StateText row={row} />
        </Detail>
        <Detail name={words.runs.time}>{durationText(row.seconds)}</Detail>
        <Detail name={words.runs.epochs}>{words.runs.epochsOf(row.epochs, row.planned)}</Detail>
      </dl>
      <dl className="kw-two">
        {metrics.map((name) => {
          const value = row.values[name];
          return (
            <Detail key={name} name={words.runs.metric(name)}>
              {typeof value === "number" ? valueText(name, value) : words.runs.noNumber}
            </Detail>
          );
        })}
      </dl>
      {best !== null && <Against row={row} best={best} metrics={metrics} />}
    </aside>
  );
}

function Detail({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="kw-least kw-soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Against({ row, best, metrics }: { row: RunRow; best: RunRow; metrics: readonly string[] }) {
  if (row === best) return <div className="kw-box">{words.runs.isBest}</div>;
  return (
    <div className="kw-stack">
      <h3>{words.runs.against(best.number)}</h3>
      <div className="kw-box">
        <ul>
          {metrics.map((name) => (
            <li key={name}>
              {words.runs.metric(name)}: {difference(name, row.values[name], best.values[name])}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function difference(name: string, mine: number | null | undefined, theirs: number | null | undefined): string {
  if (typeof mine !== "number" || typeof theirs !== "number") return words.runs.noComparison;
  if (mine === theirs) return words.runs.equal;
  const by = stepText(name, mine - theirs);
  return mine > theirs === isShare(name) ? words.runs.better(by) : words.runs.worse(by);
}
