// One input or target of the model: which array it is, and what that array looks like.
import { useId } from "react";
import { useAsk } from "../../shared/context";
import { shapeText } from "../../shared/figures";
import { Glyph } from "../../shared/Icon";
import type { ArrayEntry, ArrayFacts, Shape } from "../../shared/messages";
import { words } from "../../shared/words";
import { ClassBars, Figures, Histogram } from "./Figures";
import { Samples } from "./Samples";
import { useFacts } from "./useFacts";

export type Part = "inputs" | "targets";

export interface Place {
  part: Part;
  layer: string;
  key: string | null;
  expected: Shape | null;
}

interface ArrayCardProps {
  place: Place;
  arrays: readonly ArrayEntry[];
  source: string | null;
  times: number;
  /** The array whose classes are written under this one's samples. */
  labels: ArrayEntry | null;
}

export function ArrayCard({ place, arrays, source, times, labels }: ArrayCardProps) {
  const array = arrays.find(({ key }) => key === place.key) ?? null;
  const facts = useFacts(array, source, times);
  const named = useFacts(labels, source, times);
  return (
    <section role="group" className={`kw-array-card kw-array-${place.part}`} aria-label={words.data.array(role(place, null), place.layer)} data-testid={`kw-array-${place.layer}`}>
      <Head place={place} arrays={arrays} facts={facts} />
      {place.key === null && <p className="kw-soft kw-second">{words.data.notChosen}</p>}
      {place.key !== null && array === null && <p className="kw-soft kw-second">{words.data.goneSentence(place.key)}</p>}
      {facts !== null && (
        <>
          {facts.classes !== null ? <ClassBars classes={facts.classes} /> : <Samples facts={facts} labels={labelsOf(facts, named)} />}
          {isColumn(facts) && <Histogram facts={facts} />}
          <Figures facts={facts} />
        </>
      )}
    </section>
  );
}

/** One number a row: only then all values are of one kind. */
const isColumn = ({ kind, shape }: ArrayFacts): boolean => kind === "numbers" && shape.slice(1).every((size) => size === 1);

/** Classes of the same rows; null where there are none. */
function labelsOf(facts: ArrayFacts, named: ArrayFacts | null): readonly string[] | null {
  const isSame = named !== null && named.classes !== null && named.rows.join() === facts.rows.join();
  return isSame ? named.samples.map(String) : null;
}

function role({ part }: Place, facts: ArrayFacts | null): string {
  if (part === "inputs") return words.data.input;
  return facts?.classes ? words.data.targetOfClasses : words.data.target;
}

function Head({ place, arrays, facts }: { place: Place; arrays: readonly ArrayEntry[]; facts: ArrayFacts | null }) {
  const { part, layer, key, expected } = place;
  const { ask } = useAsk();
  const id = useId();
  const choose = (chosen: string) => void ask("set_data", { [part]: { [layer]: chosen === "" ? null : chosen } });
  const gone = key !== null && !arrays.some((array) => array.key === key);
  const says = expected === null ? layer : (part === "inputs" ? words.data.takes : words.data.wants)(layer, shapeText(expected));
  return (
    <div className="kw-array-head">
      <Glyph family={part === "inputs" ? "io" : "core"} />
      <label className="kw-hidden" htmlFor={id}>
        {words.data.array(role(place, null), layer)}
      </label>
      <select id={id} className="kw-select kw-array-select" value={key ?? ""} onChange={(event) => choose(event.target.value)}>
        <option value="">{words.data.choose}</option>
        {gone && <option value={key}>{words.data.gone(key)}</option>}
        {arrays.map((array) => (
          <option key={array.key} value={array.key}>
            {array.key === key ? key : `${array.key}  ${array.shape.join("×")}`}
          </option>
        ))}
      </select>
      <span className="kw-soft kw-array-says">
        {role(place, facts)}
        <span className="kw-second"> · {says}</span>
      </span>
    </div>
  );
}
