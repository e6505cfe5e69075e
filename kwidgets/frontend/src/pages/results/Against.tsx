// Two runs on the same samples: what this one gets right and the other wrong, and the other way round.
import { useId, useState } from "react";
import { countText } from "../../shared/figures";
import type { ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { How } from "./How";
import type { Group } from "./SampleList";
import { useAsked } from "./useAsked";

export function Against({ answer, group, show }: { answer: ResultsAnswer; group: Group | null; show: (group: Group) => void }) {
  const { of, output, stamp, rivals, outputs } = answer;
  const id = useId();
  const [chosen, setRun] = useState<string | null>(null);
  const run = rivals.find((one) => one.run === chosen)?.run ?? rivals[0]?.run ?? null;
  const { answer: found, refusal } = useAsked("result_view", run === null ? null : { of, output, view: "against", run, stamp }, `${of} ${output} ${run}`);
  const { results } = words;
  const kind = outputs.find(({ name }) => name === output)?.kind ?? null;
  if (run === null) return <p className="kw-soft kw-results-charts">{results.noRival}</p>;
  const counts = found?.against ?? null;
  return (
    <div className="kw-stack kw-results-charts">
      <div className="kw-row">
        <label htmlFor={id}>{results.rival}</label>
        <select id={id} className="kw-select kw-results-select" value={run} data-testid="kw-results-rival" onChange={(event) => setRun(event.target.value)}>
          {rivals.map((one) => (
            <option key={one.run} value={one.run}>
              {one.title}
            </option>
          ))}
        </select>
      </div>
      {refusal !== null && <p className="kw-box kw-box-warn" role="status">{refusal.refused}</p>}
      {refusal === null && counts === null && <p className="kw-soft" role="status">{results.comparing}</p>}
      {counts !== null && (
        <ul className="kw-against" data-testid="kw-against">
          <Count label={results.gained(kind)} count={counts.gained} chosen={group?.group === "gained"} press={() => show({ group: "gained", run })} sign="kw-against-gained" />
          <Count label={results.lost(kind)} count={counts.lost} chosen={group?.group === "lost"} press={() => show({ group: "lost", run })} sign="kw-wrong-text" />
          <li>
            <span className="kw-soft">{results.both(kind)}</span> <b>{countText(counts.both)}</b>
          </li>
          {kind !== "amounts" && (
            <li>
              <span className="kw-soft">{results.neither}</span> <b>{countText(counts.neither)}</b>
            </li>
          )}
        </ul>
      )}
      {counts !== null && counts.gained + counts.lost > 0 && <p className="kw-soft kw-second">{results.pressCount}</p>}
      <How text={found?.how} />
    </div>
  );
}

function Count({ label, count, chosen, press, sign }: { label: string; count: number; chosen: boolean; press: () => void; sign: string }) {
  return (
    <li>
      <button type="button" className="kw-against-count" aria-pressed={chosen} onClick={press}>
        <span>{label}</span> <b className={sign}>{countText(count)}</b>
      </button>
    </li>
  );
}
