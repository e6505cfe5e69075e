// A row of a table that is typed, or taken from one of the samples.
import { type FormEvent, useId, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { ResultsAnswer, TryForm, TrySample } from "../../shared/messages";
import { words } from "../../shared/words";

interface Props {
  answer: ResultsAnswer;
  form: TryForm;
  send: (sample: TrySample) => void;
}

export function TryRow({ answer, form, send }: Props) {
  const id = useId();
  const { ask } = useAsk();
  const { of, output } = answer;
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(form.columns.map(({ name, example, from_sample: taken }) => [name, taken ? "" : example])));
  const [row, setRow] = useState("0");
  const { results } = words;
  const predict = (typed: Readonly<Record<string, string>>) => send({ of, kind: "row", row: typed, sample: Number(row) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    predict(values);
  };
  const fill = async () => {
    const reply = await ask("result_samples", { of, output, group: "near", rows: [Number(row)] });
    if (isRefusal(reply)) return;
    // Of arrays, which have no columns, what is left empty is taken from the sample.
    const taken = Object.fromEntries(form.columns.map(({ name }) => [name, reply.columns.find((one) => one.name === name)?.values[0] ?? ""]));
    setValues(taken);
    predict(taken);
  };
  return (
    <form className="kw-try-row" onSubmit={submit}>
      {form.columns.map(({ name, kind, example }, index) => (
        <div key={name} className="kw-row">
          <label className="kw-ellipsis kw-second" htmlFor={`${id}-${index}`} title={name}>
            {name}
          </label>
          <input
            id={`${id}-${index}`} className="kw-input" inputMode={kind === "number" ? "decimal" : "text"} placeholder={example} value={values[name] ?? ""} data-column={name}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </div>
      ))}
      <div className="kw-row">
        <button type="submit" className="kw-button kw-button-small kw-button-main">
          {results.predict}
        </button>
        <label className="kw-second" htmlFor={`${id}-row`}>
          {results.fromRow}
        </label>
        <input id={`${id}-row`} className="kw-input kw-try-number" type="number" min={0} max={answer.rows - 1} title={results.fromRowHelp} value={row} onChange={(event) => setRow(event.target.value)} />
        <button type="button" className="kw-button kw-button-small" title={results.fromRowHelp} onClick={() => void fill()}>
          {results.fill}
        </button>
      </div>
    </form>
  );
}
