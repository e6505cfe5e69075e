// A run against another: which settings differ, and whether graph, data and seed are the same.
import { useState } from "react";
import { useAnswer } from "../../shared/context";
import type { KeptRun, RunComparison } from "../../shared/messages";
import { words } from "../../shared/words";

const MOST_OTHERS = 200;

export function Against({ row, rows, best }: { row: KeptRun; rows: readonly KeptRun[]; best: ReadonlySet<string> }) {
  const [asked, setAsked] = useState<string | null>(null);
  const others = rows.filter(({ id }) => id !== row.id).slice(0, MOST_OTHERS);
  const other = others.find(({ id }) => id === asked) ?? otherOf(row, others, best);
  const answer = useAnswer("compare_runs", other === null ? null : { runs: [row.id, other.id] });
  if (other === null) return null;
  return (
    <section className="kw-stack" data-testid="kw-run-against">
      <h3 className="kw-row">
        <span>{words.runs.against}</span>
        <select className="kw-select kw-run-other" aria-label={words.runs.againstLabel} value={other.id} onChange={(event) => setAsked(event.target.value)}>
          {others.map(({ id, number }) => (
            <option key={id} value={id}>
              {number}
            </option>
          ))}
        </select>
      </h3>
      <div className="kw-box kw-run-against">{answer !== null && <Differences comparison={answer} />}</div>
    </section>
  );
}

/** The best of the same model; of the best itself, the newest other one. */
function otherOf(row: KeptRun, others: readonly KeptRun[], best: ReadonlySet<string>): KeptRun | null {
  const alike = others.filter(({ document, hidden }) => document === row.document && !hidden);
  const newest = [...alike].sort((one, other) => other.number - one.number);
  return newest.find(({ id }) => best.has(id)) ?? newest[0] ?? null;
}

export function Differences({ comparison }: { comparison: RunComparison }) {
  const { differences, more, graph, data, seed } = comparison;
  const { runs } = words;
  return (
    <ul>
      {differences.map(({ label, values }) => (
        <li key={label}>
          {label}{" "}
          {values.map((value, index) => (
            <span key={index}>
              {index > 0 && <span className="kw-soft"> {runs.arrow} </span>}
              <b>{value}</b>
            </span>
          ))}
        </li>
      ))}
      {more > 0 && <li className="kw-soft">{runs.moreDifferences(more)}</li>}
      {differences.length === 0 && <li>{runs.noDifference}</li>}
      {runs.sameness({ [runs.graph]: graph, [runs.data]: data, [runs.seed]: seed }).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
