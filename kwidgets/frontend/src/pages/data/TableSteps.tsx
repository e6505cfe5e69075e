// The steps of a table as chips in order; a chip opens its form, with what it does to a few rows. Alt and an arrow moves it.
import { type KeyboardEvent, useId, useState } from "react";
import { Field } from "../../form/Field";
import { NamesControl } from "../../form/NamesControl";
import type { Send } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import type { Refusal, StepOffer, TableFacts, TableStep } from "../../shared/messages";
import { words } from "../../shared/words";
import { type Pair, pairsOf } from "./stepPreview";

const ADDING = -1;

export function TableSteps({ table }: { table: TableFacts }) {
  const { steps, offers } = table;
  const { ask } = useAsk();
  const id = useId();
  // The number of the step whose form is open, ADDING for a new one.
  const [open, setOpen] = useState<number | null>(null);
  const step = open === null ? undefined : steps[open];
  const move = (from: number, to: number) => {
    if (to < 0 || to >= steps.length) return;
    void ask("move_table_step", { step: from, to }).then((reply) => {
      if (!isRefusal(reply)) setOpen((now) => (now === from ? to : now));
    });
  };
  const remove = (number: number) => void ask("remove_table_step", { step: number }).then(() => setOpen(null));
  const key = (event: KeyboardEvent, number: number) => {
    const by = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
    if (by === undefined && event.key !== "Delete") return;
    event.preventDefault();
    event.stopPropagation();
    if (by === undefined) remove(number);
    else move(number, number + by);
  };
  return (
    <div className="kw-stack">
      <div className="kw-table-steps">
        <span className="kw-soft kw-second">{words.data.steps}</span>
        <ol aria-label={words.data.steps} data-testid="kw-table-steps">
          {steps.map(({ text }, number) => (
            <li key={number}>
              <button type="button" className="kw-chip kw-chip-button" aria-expanded={open === number} aria-controls={id} title={words.data.stepKeys} onClick={() => setOpen(open === number ? null : number)} onKeyDown={(event) => key(event, number)}>
                <span className="kw-ellipsis">{text}</span>
              </button>
            </li>
          ))}
        </ol>
        {offers.length > 0 && (
          <button type="button" className="kw-chip kw-chip-button kw-chip-new" aria-expanded={open === ADDING} aria-controls={id} onClick={() => setOpen(open === ADDING ? null : ADDING)}>
            {words.data.addStep}
          </button>
        )}
        <span className="kw-soft kw-second">{words.data.stepsKept}</span>
      </div>
      <div id={id} className="kw-step-place">
        {step !== undefined && open !== null && (
          <StepForm key={open} step={step} number={open} last={steps.length - 1} move={(to) => move(open, to)} remove={() => remove(open)} close={() => setOpen(null)} />
        )}
        {open === ADDING && <NewStep offers={offers} done={() => setOpen(null)} />}
      </div>
    </div>
  );
}

interface StepFormProps {
  step: TableStep;
  number: number;
  last: number;
  move: (to: number) => void;
  remove: () => void;
  close: () => void;
}

function StepForm({ step, number, last, move, remove, close }: StepFormProps) {
  const { askQuietly } = useAsk();
  const send = (field: string): Send => async (value) => {
    const reply = await askQuietly("set_table_step", { step: number, field, value });
    return isRefusal(reply) ? reply : null;
  };
  return (
    <section role="group" className="kw-step-form" aria-label={step.title} data-testid="kw-step-form">
      <div className="kw-row kw-wrap">
        <b className="kw-strong">{step.title}</b>
        <span className="kw-grow" />
        <button type="button" className="kw-button kw-button-small" disabled={number === 0} onClick={() => move(number - 1)}>{words.data.stepEarlier}</button>
        <button type="button" className="kw-button kw-button-small" disabled={number === last} onClick={() => move(number + 1)}>{words.data.stepLater}</button>
        <button type="button" className="kw-button kw-button-small" onClick={remove}>{words.data.stepRemove}</button>
        <button type="button" className="kw-button kw-button-small" onClick={close}>{words.data.stepClose}</button>
      </div>
      <div className="kw-fields kw-step-fields">
        {step.fields.map((field) => (
          <Field key={field.name} field={field} of={`step ${number} ${step.kind}`} send={send(field.name)} />
        ))}
      </div>
      <Preview step={step} number={number} />
    </section>
  );
}

function Preview({ step, number }: { step: TableStep; number: number }) {
  const preview = useAnswer("table_step", { step: number, text: JSON.stringify(step.fields.map(({ value }) => value)) });
  if (preview === null) return null;
  const { rows, left_out } = preview;
  const columns = pairsOf(preview);
  return (
    <div className="kw-step-preview" data-testid="kw-step-preview">
      {left_out > 0 && <p className="kw-second">{words.data.stepLeavesOut(left_out)}</p>}
      <div className="kw-scroll-x" role="group" tabIndex={0} aria-label={words.data.stepPreview}>
        <table className="kw-sample-table">
          <thead>
            <tr>
              <th scope="col">{words.data.row}</th>
              {columns.map(({ name }) => <th key={name} scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row}>
                <th scope="row">{countText(row)}</th>
                {columns.map((pair) => <Cell key={pair.name} pair={pair} index={index} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What a column was, and behind an arrow what it has become. */
function Cell({ pair: { before, after }, index }: { pair: Pair; index: number }) {
  return (
    <td>
      {before !== null && <span className={after === null ? undefined : "kw-soft"}>{before[index] ?? words.data.missingValue}</span>}
      {before !== null && after !== null && <span className="kw-soft"> → </span>}
      {after !== null && <span className={after[index] === null ? "kw-soft" : undefined}>{after[index] ?? words.data.missingValue}</span>}
    </td>
  );
}

function NewStep({ offers, done }: { offers: readonly StepOffer[]; done: () => void }) {
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
      <NamesControl label={words.data.columns} options={offer.columns} chosen={columns} choose={(names) => change(() => setColumns(names))} describedBy={refusal === null ? undefined : `${id}-refused`} />
      {refusal !== null && <p className="kw-field-refusal" id={`${id}-refused`} role="alert">{refusal.refused} {refusal.hint}</p>}
    </section>
  );
}
