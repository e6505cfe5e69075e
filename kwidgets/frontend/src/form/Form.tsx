// The settings of the selected layers: those that differ from the default first, the rest folded.
import { useState } from "react";
import { isRefusal } from "../shared/connection";
import { useAsk, useTrait } from "../shared/context";
import type { FieldState, FormState, Json } from "../shared/state";
import { countText, shapeText } from "../shared/words";
import { Field } from "./Field";

const ALWAYS_SHOWN = 4;

export function Form() {
  const form = useTrait("form");
  if (form === null) return <p className="kw-quiet">Select a layer to see its settings.</p>;
  return <LayerForm key={form.layers.join("\n")} form={form} />;
}

function LayerForm({ form }: { form: FormState }) {
  const { askQuietly } = useAsk();
  const { layers } = form;
  const single = layers.length === 1;
  const set = (field: string) => async (value: Json) => {
    const reply = await askQuietly("set", { layers, field, value });
    return isRefusal(reply) ? reply : null;
  };
  const rename = async (value: Json) => {
    const reply = await askQuietly("rename", { layer: layers[0] ?? "", name: value });
    return isRefusal(reply) ? reply : null;
  };
  const name: FieldState = {
    name: "name", label: "name", help: "unique in the model", control: { kind: "text" }, value: form.name, default: null, old_names: [], mixed: false,
  };
  const [first, rest] = split(form.fields);
  return (
    <form className="kw-form" aria-label={`Settings of ${form.title}`} onSubmit={(event) => event.preventDefault()}>
      <h3>
        {form.title} {single ? "" : `(${layers.length} layers)`}
      </h3>
      <p className="kw-help">{form.help}</p>
      {single && <Field field={name} send={rename} />}
      {first.map((field) => (
        <Field key={field.name} field={field} send={set(field.name)} />
      ))}
      {rest.length > 0 && <More fields={rest} set={set} />}
      <dl className="kw-facts">
        <dt>output</dt>
        <dd data-testid="kw-form-shape">{shapeText(form.shape)}</dd>
        <dt>parameters</dt>
        <dd>{countText(form.parameters)}</dd>
        {form.weights.map((weight) => (
          <div key={weight.name} className="kw-weight">
            <dt>{weight.name}</dt>
            <dd>{shapeText(weight.shape)}</dd>
          </div>
        ))}
      </dl>
    </form>
  );
}

function More({ fields, set }: { fields: FieldState[]; set: (field: string) => (value: Json) => ReturnType<Parameters<typeof Field>[0]["send"]> }) {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" className="kw-more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "▾" : "▸"} {fields.length} more settings
      </button>
      {open && fields.map((field) => <Field key={field.name} field={field} send={set(field.name)} />)}
    </div>
  );
}

/** The first few settings and all that were changed, and the others. */
function split(fields: FieldState[]): [FieldState[], FieldState[]] {
  const shown = fields.filter((field, index) => index < ALWAYS_SHOWN || field.mixed || JSON.stringify(field.value) !== JSON.stringify(field.default));
  return [shown, fields.filter((field) => !shown.includes(field))];
}
