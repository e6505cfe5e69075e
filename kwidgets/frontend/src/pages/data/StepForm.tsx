// The form of one step of a table: its settings, its place, and what it does to a few rows.
import { Field } from "../../form/Field";
import type { Send } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import type { PicturePair, TableStep } from "../../shared/messages";
import { words } from "../../shared/words";
import { PictureOf } from "./Samples";
import { type Pair, pairsOf } from "./stepPreview";

export interface StepFormProps {
  step: TableStep;
  number: number;
  last: number;
  move: (to: number) => void;
  remove: () => void;
  close: () => void;
}

export function StepForm({ step, number, last, move, remove, close }: StepFormProps) {
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
  if (preview === null || preview.rows.length === 0) return null;
  const { rows, left_out, pictures } = preview;
  if (pictures.length > 0) return <PicturePairs pairs={pictures} />;
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

/** Each picture before the step, and below it what has become of it. */
function PicturePairs({ pairs }: { pairs: readonly PicturePair[] }) {
  return (
    <ul className="kw-samples kw-picture-pairs" aria-label={words.data.stepPreview} data-testid="kw-step-preview">
      {pairs.map(({ row, before, after }) => (
        <li key={row} title={words.data.sample(row)}>
          <PictureOf sample={before} label={words.data.pictureBefore(row)} />
          <span className="kw-soft" aria-hidden="true">↓</span>
          <PictureOf sample={after} label={words.data.pictureBehind(row)} />
        </li>
      ))}
    </ul>
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
