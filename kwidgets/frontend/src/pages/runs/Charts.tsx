// The curves of the drawn runs over each other: the loss, and the share where there is one.
import { type ReactNode, useMemo } from "react";
import { shareText } from "../../shared/figures";
import type { KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";
import { columnsOf as comparedOf, isShare } from "../train/metrics";
import { Chart, type RunLine } from "./Chart";
import { type CurvesOfRun, keyOf, mayBeLog, prepared, type Switches } from "./runCurves";
import { metricsOf } from "./table";

interface Props {
  drawn: readonly KeptRun[];
  curves: ReadonlyMap<string, CurvesOfRun>;
  colours: ReadonlyMap<string, number>;
  chosen: string | null;
  switches: Switches;
  set: (switches: Switches) => void;
}

/** The metrics whose curves are shown: those by which runs are compared. */
export function chartedOf(rows: readonly KeptRun[]): string[] {
  const { loss, share } = comparedOf(metricsOf(rows));
  return [loss, share].filter((name) => name !== null);
}

export function Charts({ drawn, curves, colours, chosen, switches, set }: Props) {
  const metrics = chartedOf(drawn);
  const branched = drawn.some(({ parent }) => parent !== null && parent.epoch > 0);
  return (
    <section role="group" className="kw-runs-charts" aria-label={words.runs.charts} data-testid="kw-runs-charts">
      {metrics.map((metric, index) => (
        <OneChart key={metric} metric={metric} drawn={drawn} curves={curves} colours={colours} chosen={chosen} switches={switches}>
          {index === metrics.length - 1 && <SwitchRow switches={switches} set={set} branched={branched} />}
        </OneChart>
      ))}
      {metrics.length === 0 && <p className="kw-runs-no-curves kw-soft">{drawn.length === 0 ? words.runs.noCurves : words.runs.noEpochs}</p>}
    </section>
  );
}

function OneChart({ metric, drawn, curves, colours, chosen, switches, children }: Omit<Props, "set"> & { metric: string; children: ReactNode }) {
  const lines = useMemo(() => {
    const key = keyOf(metric);
    const found: RunLine[] = [];
    for (const { id, number, parent } of drawn) {
      const line = curves.get(id)?.get(key);
      if (line !== undefined) found.push({ id, number, colour: colours.get(id) ?? 0, chosen: id === chosen, ...prepared(line, parent?.epoch ?? 0, switches) });
    }
    // The one that is looked at lies on top.
    return found.sort((one, other) => Number(one.chosen) - Number(other.chosen));
  }, [metric, drawn, curves, colours, chosen, switches]);
  return (
    <Chart metric={metric} lines={lines} log={switches.log && mayBeLog(metric)} tickText={isShare(metric) ? shareText : undefined}>
      {children}
    </Chart>
  );
}

/** branched: whether a run is drawn that went on from another, which alone can be moved to epoch 0. */
function SwitchRow({ switches, set, branched }: Pick<Props, "switches" | "set"> & { branched: boolean }) {
  const names = [...(branched ? (["fromZero"] as const) : []), "log" as const, "smooth" as const];
  return (
    <span className="kw-runs-switches" role="group" aria-label={words.runs.switches}>
      {names.map((name) => (
        <button key={name} type="button" className="kw-runs-switch" aria-pressed={switches[name]} title={words.runs[`${name}Help`]} onClick={() => set({ ...switches, [name]: !switches[name] })}>
          {words.runs[name]}
        </button>
      ))}
    </span>
  );
}
