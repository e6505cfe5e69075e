// What does not fit, each with its mends; or that all fits.
import { useAsk, useTrait } from "../../shared/context";
import { shapeText } from "../../shared/figures";
import type { ArrayEntry, DataProblem } from "../../shared/messages";
import { words } from "../../shared/words";
import type { Place } from "./ArrayCard";

export function DataProblems({ problems }: { problems: readonly DataProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="kw-stack" data-testid="kw-data-problems" aria-label={words.data.problems}>
      {problems.map((problem) => (
        <ProblemRow key={problem.id} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemRow({ problem }: { problem: DataProblem }) {
  const { ask } = useAsk();
  return (
    <li className="kw-box kw-box-warn kw-data-problem">
      <span className="kw-grow">{problem.sentence}{problem.hint !== null && <span className="kw-soft"> {problem.hint}</span>}</span>
      {problem.mends.map(({ id, label, details }, index) => (
        <button
          key={id} type="button" className={index === 0 ? "kw-button kw-button-small kw-button-main" : "kw-button kw-button-small"} title={details ?? undefined}
          onClick={() => void ask("mend_data", { problem: problem.id, mend: id })}
        >
          {label}
        </button>
      ))}
    </li>
  );
}

/** One sentence: which array goes where. Only for places that all have their array. */
export function Fits({ places, arrays }: { places: readonly Place[]; arrays: readonly ArrayEntry[] }) {
  const { loss } = useTrait("training");
  return (
    <div className="kw-box" data-testid="kw-data-fits">
      <b className="kw-strong">{words.data.fits}</b>{" "}
      {places.map(({ part, layer, key }, index) => {
        const shape = shapeText(arrays.find((one) => one.key === key)?.shape);
        return (
          <span key={`${part} ${layer}`}>
            <code>{key}</code> {part === "inputs" ? words.data.fitsInput(layer, shape) : words.data.fitsTarget(layer, shape, loss[layer] ?? null)}
            {index < places.length - 1 ? "; " : "."}
          </span>
        );
      })}
    </div>
  );
}
