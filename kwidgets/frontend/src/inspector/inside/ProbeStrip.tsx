// The samples of the probe, of which one is looked at; and which samples these are.
import { useState } from "react";
import { useAsk } from "../../shared/context";
import { isRefusal } from "../../shared/connection";
import type { ProbeSample } from "../../shared/messages";
import { words } from "../../shared/words";
import { MapOf } from "./Panels";
import { rowsFrom } from "./rows";
import { type Asked, useLooking } from "./useInside";

export function ProbeStrip({ asked, again }: { asked: Asked<"probe">; again: () => void }) {
  const [choosing, setChoosing] = useState(false);
  const { answer } = asked;
  if (answer === null) return null;
  if (answer.why !== null) return <p className="kw-soft kw-second">{answer.why}</p>;
  return (
    <section className="kw-stack" aria-label={words.inside.probe}>
      <p className="kw-row kw-second kw-soft">
        <span className="kw-grow" title={words.inside.probeHelp}>{words.inside.probe}</span>
        <button type="button" className="kw-link-button" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>{words.inside.choose}</button>
      </p>
      {choosing && <ChooseRows rows={answer.rows} done={() => { setChoosing(false); again(); }} />}
      <Samples samples={answer.samples} buffers={answer.buffers} />
    </section>
  );
}

function Samples({ samples, buffers }: { samples: readonly ProbeSample[]; buffers: readonly DataView[] }) {
  const [{ sample: chosen }, look] = useLooking();
  let next = 0;
  const withBytes = samples.map((sample) => ({ sample, bytes: sample.panel === null ? undefined : buffers[next++] }));
  return (
    <div className="kw-probe" role="radiogroup" aria-label={words.inside.sampleLabel}>
      {withBytes.map(({ sample, bytes }, place) => (
        <button
          key={sample.row} type="button" role="radio" aria-checked={place === chosen} className={sample.panel === null ? "kw-probe-text" : "kw-probe-picture"}
          title={words.inside.sampleOf(sample.row, sample.label)} aria-label={words.inside.sampleOf(sample.row, sample.label)} onClick={() => look({ sample: place })}
        >
          {sample.panel !== null && bytes !== undefined ? <MapOf panel={sample.panel} bytes={bytes} scale="ink" /> : <span className="kw-ellipsis">{sample.text}</span>}
        </button>
      ))}
    </div>
  );
}

function ChooseRows({ rows, done }: { rows: number; done: () => void }) {
  const { ask } = useAsk();
  const [text, setText] = useState("");
  const chosen = rowsFrom(text, rows);
  const send = async () => {
    if (chosen === null) return;
    const reply = await ask("probe", { rows: chosen });
    if (!isRefusal(reply)) done();
  };
  return (
    <form className="kw-row" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <input className="kw-input kw-grow" autoFocus value={text} placeholder={words.inside.rowsExample} aria-label={words.inside.rows(rows)} aria-invalid={text !== "" && chosen === null} onChange={(event) => setText(event.target.value)} />
      <button type="submit" className="kw-button kw-button-small" disabled={chosen === null}>{words.inside.take}</button>
    </form>
  );
}
