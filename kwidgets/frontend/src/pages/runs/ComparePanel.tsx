// Several runs beside each other: what differs between them and what came of it, a column a run.
import { useAnswer } from "../../shared/context";
import { durationText } from "../../shared/figures";
import { Icon } from "../../shared/Icon";
import type { KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";
import { columnsOf as comparedOf } from "../train/metrics";
import { valueText } from "../train/metrics";
import { metricsOf } from "./table";

interface Props {
  rows: readonly KeptRun[];
  colourOf: (id: string) => number | null;
  close: () => void;
  open: (id: string) => void;
}

export function ComparePanel({ rows, colourOf, close, open }: Props) {
  const comparison = useAnswer("compare_runs", { runs: rows.map(({ id }) => id) });
  const { loss, share } = comparedOf(metricsOf(rows));
  const metrics = [loss, share].filter((name) => name !== null);
  const { runs } = words;
  return (
    <aside className="kw-run-panel" aria-label={runs.comparing(rows.map(({ number }) => number))} data-testid="kw-runs-comparison">
      <div className="kw-row">
        <h2 className="kw-run-title kw-grow">{runs.comparing(rows.map(({ number }) => number))}</h2>
        <button type="button" className="kw-icon-button" aria-label={runs.close} title={runs.close} onClick={close}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <div className="kw-runs-beside" tabIndex={0} role="group" aria-label={runs.differs}>
        <table className="kw-table">
          <thead>
            <tr>
              <td />
              {rows.map(({ id, number }) => (
                <th key={id} scope="col">
                  <button type="button" className="kw-row kw-strong" title={runs.details(number)} onClick={() => open(id)}>
                    <i className={`kw-runs-key kw-run-${colourOf(id) ?? 0}`} /> {number}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {comparison?.differences.map(({ label, values }) => <Line key={label} name={label} values={values} />)}
            {metrics.map((name) => (
              <Line key={name} name={runs.metricShort(name)} values={rows.map(({ values }) => valueOf(name, values[name]))} />
            ))}
            <Line name={runs.epochs} values={rows.map(({ epochs }) => String(epochs))} />
            <Line name={runs.time} values={rows.map(({ seconds }) => durationText(seconds))} />
          </tbody>
        </table>
      </div>
      {comparison !== null && (
        <div className="kw-box">
          <ul>
            {comparison.more > 0 && <li className="kw-soft">{runs.moreDifferences(comparison.more)}</li>}
            {comparison.differences.length === 0 && <li>{runs.noDifference}</li>}
            {runs.sameness({ [runs.graph]: comparison.graph, [runs.data]: comparison.data, [runs.seed]: comparison.seed }).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
    </aside>
  );
}

const valueOf = (name: string, value: number | null | undefined): string => (typeof value === "number" ? valueText(name, value) : value === null ? words.runs.noNumber : "–");

function Line({ name, values }: { name: string; values: readonly string[] }) {
  const differ = new Set(values).size > 1;
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map((value, index) => (
        <td key={index} className={differ ? "kw-strong" : "kw-soft"}>
          {value}
        </td>
      ))}
    </tr>
  );
}
