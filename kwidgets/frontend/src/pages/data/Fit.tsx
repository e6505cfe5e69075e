// What does not fit, each with its mends, which say what they would change while they are pointed at; or that all fits.
import { useId } from "react";
import { useMendPreview } from "../../frame/useMendPreview";
import { Brings } from "../../inspector/Brings";
import { useAsk, useGraph, useTrait } from "../../shared/context";
import { shapeText } from "../../shared/figures";
import type { ArrayEntry, DataProblem, MendOffer } from "../../shared/messages";
import { usePointedAt } from "../../shared/usePointedAt";
import { words } from "../../shared/words";
import type { Place } from "./ArrayCard";
import { InNewCell } from "./InNewCell";
import { useFacts } from "./useFacts";

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
  return (
    <li className="kw-box kw-box-warn kw-data-problem">
      <span className="kw-grow">{problem.sentence}{problem.hint !== null && <span className="kw-soft"> {problem.hint}</span>}</span>
      {problem.mends.map((mend, index) => <DataMend key={mend.id} problem={problem} mend={mend} main={index === 0} />)}
      {problem.cell !== null && <InNewCell cell={problem.cell} label={words.data.inNewCell} main={problem.mends.length === 0} />}
    </li>
  );
}

function DataMend({ problem, mend, main }: { problem: DataProblem; mend: MendOffer; main: boolean }) {
  const { ask } = useAsk();
  const id = useId();
  const { pointedAt, parts } = usePointedAt();
  const brings = useMendPreview(problem, mend, { pointedAt }, "mend_data");
  const shown = pointedAt && brings !== null;
  return (
    <>
      <button
        type="button" className={`kw-button kw-button-small ${main ? "kw-button-main" : ""}`} aria-describedby={shown ? id : undefined} {...parts}
        onClick={() => void ask("mend_data", { problem: problem.id, mend: mend.id })}
      >
        {mend.label}
      </button>
      {shown && (
        <div id={id} role="tooltip" className="kw-data-brings" data-testid="kw-data-brings">
          {mend.details !== null && <p>{mend.details}</p>}
          <Brings brings={brings} title={words.inspector.changes} />
        </div>
      )}
    </>
  );
}

interface FitsProps {
  places: readonly Place[];
  arrays: readonly ArrayEntry[];
  source: string | null;
  times: number;
}

/** One sentence: which array goes where, and what a target is. Only for places that all have their array. */
export function Fits({ places, ...of }: FitsProps) {
  return (
    <div className="kw-box" data-testid="kw-data-fits">
      <b className="kw-strong">{words.data.fits}</b>{" "}
      {places.map((place, index) => (
        <span key={`${place.part} ${place.layer}`}>
          {place.part === "inputs" ? <InputFits place={place} arrays={of.arrays} /> : <TargetFits place={place} {...of} />}
          {index < places.length - 1 ? "; " : "."}
        </span>
      ))}
    </div>
  );
}

/** The settings of a card's line, without the word that marks an output. */
const settingsOf = (line: string): string => line.replace(words.data.outputMark, "");

function InputFits({ place: { layer, key }, arrays }: { place: Place; arrays: readonly ArrayEntry[] }) {
  return (
    <>
      <code>{key}</code> {words.data.fitsInput(layer, shapeText(arrays.find((one) => one.key === key)?.shape))}
    </>
  );
}

function TargetFits({ place: { layer, key }, arrays, source, times }: { place: Place } & Omit<FitsProps, "places">) {
  const { loss } = useTrait("training");
  const { cards } = useGraph();
  const array = arrays.find((one) => one.key === key) ?? null;
  const facts = useFacts(array, source, times);
  const card = [...cards.values()].find((one) => one.layer === layer);
  const shape = shapeText(array?.shape);
  const is = facts?.classes ? words.data.fitsClasses(facts.classes.length, facts.shape.slice(1).some((size) => size > 1)) : shape;
  return (
    <>
      <code>{key}</code> {is} {words.data.fitsTarget} {card === undefined ? layer : <code>{`${card.title} ${settingsOf(card.line)}`}</code>}
      {words.data.fitsLoss(loss[layer] ?? null)}
    </>
  );
}
