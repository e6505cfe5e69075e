// One sample: what it is, what the model makes of it, and what each layer gives.
import type { LayerLook, OutputTold, ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { Panels, picturesOf } from "../../inspector/inside/Panels";
import { OneSample } from "../data/Samples";
import { useAsked } from "./useAsked";

export function Inside({ answer, row, back }: { answer: ResultsAnswer; row: number; back: () => void }) {
  const { of, output, stamp } = answer;
  const { answer: found, refusal } = useAsked("result_inside", { of, output, row, stamp }, `${of} ${output} ${row}`);
  const { answer: drawn } = useAsked("result_samples", { of, output, group: "near", rows: [row], stamp }, `${of} ${row}`);
  const { results } = words;
  return (
    <section role="group" className="kw-stack" aria-label={results.sample(row)} data-testid="kw-result-inside">
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-small" onClick={back}>
          {results.back}
        </button>
        <h3>
          {results.sample(row)} {found !== null && found.truth !== null && <span className="kw-soft">{results.is(found.truth)}</span>}
        </h3>
      </div>
      {refusal !== null && <p className="kw-box kw-box-warn" role="status">{refusal.refused}</p>}
      <div className="kw-result-one">
        {drawn?.inputs.map(({ name, facts }) => <OneSample key={name} facts={facts} index={0} label={results.sample(row)} />)}
        <div className="kw-stack kw-grow">{found?.outputs.map((told) => <Told key={told.name} told={told} several={found.outputs.length > 1} />)}</div>
      </div>
      {found !== null && <Layers layers={found.layers} buffers={found.buffers} more={found.more} />}
    </section>
  );
}

/** What an output gives: a bar for each class, or its amount. */
export function Told({ told, several }: { told: OutputTold; several: boolean }) {
  return (
    <div className="kw-stack kw-told" data-testid="kw-told">
      <p>
        {several && <span className="kw-soft">{told.name}: </span>}
        <b className="kw-strong">{told.value}</b>
      </p>
      {told.chances.length > 0 && (
        <ul className="kw-chances">
          {told.chances.map(({ name, share, text }) => (
            <li key={name}>
              <span className="kw-ellipsis" title={name}>{name}</span>
              {share !== null && <span className="kw-bar"><i style={{ width: `${100 * Math.min(1, Math.max(0, share))}%` }} /></span>}
              <span className="kw-soft">{text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What each layer gives, as the inspector draws it. buffers: the numbers of all panels, layer by layer. */
export function Layers({ layers, buffers, more }: { layers: readonly LayerLook[]; buffers: readonly DataView[]; more: number }) {
  const { results } = words;
  if (layers.length === 0 && more === 0) return null;
  let from = 0;
  const withNumbers = layers.map((look) => {
    const pictures = picturesOf(look.panels, buffers.slice(from, from + look.panels.length));
    from += look.panels.length;
    return { look, pictures, rest: look.panels.some(({ channel }) => channel !== null) ? look.total - look.panels.length : 0 };
  });
  return (
    <div className="kw-stack">
      <h3>{results.layers}</h3>
      <ul className="kw-result-layers">
        {withNumbers.map(({ look, pictures, rest }) => (
          <li key={look.layer}>
            <span className="kw-second kw-ellipsis" title={`${look.layer} (${look.title})`}>{look.layer}</span>
            <div className="kw-result-maps kw-stack">
              <Panels pictures={pictures} />
              {rest > 0 && <span className="kw-soft kw-second">{results.channels(rest)}</span>}
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="kw-soft kw-second">{results.moreLayers(more)}</p>}
    </div>
  );
}
