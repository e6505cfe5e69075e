// The arrays that feed the model: where they come from, what they look like, how they are split, whether they fit.
import "./data.css";
import { useState } from "react";
import { useAsk, useTrait } from "../../shared/context";
import type { Data } from "../../shared/messages";
import { words } from "../../shared/words";
import { ArrayCard, type Part, type Place } from "./ArrayCard";
import { DataProblems, Fits } from "./Fit";
import { FoldTable } from "./Folds";
import { currentOf } from "./current";
import { NoModel } from "./NoModel";
import { SharedRows } from "./SharedRows";
import { SourceStrip } from "./SourceStrip";
import { SplitBar } from "./SplitBar";
import { TableCard } from "./TableCard";
import { useSplit } from "./useSplit";

export function DataPage() {
  const data = useTrait("data");
  const { ask } = useAsk();
  const [times, setTimes] = useState(0);
  const places = [...placesOf(data, "inputs"), ...placesOf(data, "targets")];
  return (
    <section role="group" className="kw-data-page" aria-label={words.data.label} data-testid="kw-data-page">
      <SourceStrip readAgain={() => void ask("refresh_data").then(() => setTimes(times + 1))} />
      {places.length === 0 ? <NoModel data={data} times={times} /> : <Arrays data={data} places={places} times={times} />}
    </section>
  );
}

function placesOf(data: Data, part: Part): Place[] {
  return Object.entries(data[part]).map(([layer, key]) => ({ part, layer, key, expected: data.expected[layer] ?? null }));
}

function Arrays({ data, places, times }: { data: Data; places: readonly Place[]; times: number }) {
  const { source, problems, warnings, samples, validation_split } = data;
  const current = currentOf(data);
  const arrays = current?.arrays ?? [];
  const target = places.find(({ part, key }) => part === "targets" && key !== null);
  const labels = arrays.find(({ key }) => key === target?.key) ?? null;
  const split = useSplit(data, times);
  // As long as a table cannot be made into numbers, there is nothing to choose for the model, and nothing to say of it.
  const unmade = arrays.length === 0 && current?.table != null;
  const chosen = places.every(({ key }) => key !== null);
  return (
    <div className="kw-data-body">
      {current?.table && <TableCard key={`${current.kind} ${current.name}`} name={current.name} table={current.table} times={times} />}
      {unmade ? <p className="kw-box" role="status" data-testid="kw-table-unmade">{words.data.mendTableFirst}</p> : (
        <div className="kw-array-cards">
          {places.map((place) => (
            <ArrayCard key={`${place.part} ${place.layer}`} place={place} arrays={arrays} source={source} times={times} labels={place.part === "inputs" ? labels : null} />
          ))}
        </div>
      )}
      {unmade ? null : samples !== null && samples > 0 ? <SplitBar samples={samples} share={validation_split} split={split} table={current?.table?.split ?? null} own={data} /> : <p className="kw-soft kw-second">{words.data.noSamples}</p>}
      {split !== null && <SharedRows split={split} />}
      <FoldTable />
      {!unmade && <DataProblems problems={[...problems, ...warnings]} />}
      {chosen && problems.length === 0 && <Fits places={places} arrays={arrays} source={source} times={times} />}
    </div>
  );
}
