// A step that is to be added: its kind, and the columns that it changes.
import { useId, useState } from "react";
import { NamesControl } from "../../form/NamesControl";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Refusal, StepOffer } from "../../shared/messages";
import { words } from "../../shared/words";

export function NewStep({ offers, done }: { offers: readonly StepOffer[]; done: () => void }) {
  const { askQuietly } = useAsk();
  const id = useId();
  const [kind, setKind] = useState(offers[0]?.kind ?? "");
  const [columns, setColumns] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const offer = offers.find((one) => one.kind === kind) ?? offers[0];
  if (offer === undefined) return null;
  const add = () =>
    void askQuietly("add_table_step", { step: offer.kind, columns }).then((reply) => {
      if (isRefusal(reply)) setRefusal(reply);
      else done();
    });
  const change = (make: () => void) => {
    setRefusal(null);
    make();
  };
  return (
    <section role="group" className="kw-step-form" aria-label={words.data.addStep} data-testid="kw-new-step">
      <div className="kw-row kw-wrap">
        <label htmlFor={id} className="kw-strong">{words.data.newStep}</label>
        <select id={id} className="kw-select kw-step-kind" value={offer.kind} onChange={(event) => change(() => { setKind(event.target.value); setColumns([]); })}>
          {offers.map((one) => (
            <option key={one.kind} value={one.kind}>{one.title}</option>
          ))}
        </select>
        <span className="kw-grow" />
        <button type="button" className="kw-button kw-button-small kw-button-main" onClick={add}>{words.data.add}</button>
        <button type="button" className="kw-button kw-button-small" onClick={done}>{words.data.stepClose}</button>
      </div>
      {/* Steps of pictures change all of them alike. */}
      {offer.columns.length > 0 && <NamesControl label={words.data.columns} options={offer.columns} chosen={columns} choose={(names) => change(() => setColumns(names))} describedBy={refusal === null ? undefined : `${id}-refused`} />}
      {refusal !== null && <p className="kw-field-refusal" id={`${id}-refused`} role="alert">{refusal.refused} {refusal.hint}</p>}
    </section>
  );
}
