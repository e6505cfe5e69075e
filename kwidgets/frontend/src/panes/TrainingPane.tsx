// How the model is trained: optimizer and its settings, losses, metrics, epochs, batch size, held-out share, seed.
import { Field } from "../form/Field";
import { isRefusal } from "../shared/connection";
import { useAsk, useTrait } from "../shared/context";
import type { Control, FieldState, Json } from "../shared/state";

const field = (name: string, label: string, value: Json, control: Control, help: string): FieldState => ({
  name, label, help, control, value, default: null, old_names: [], mixed: false,
});

export function TrainingPane() {
  const training = useTrait("training");
  const catalogue = useTrait("catalogue");
  const data = useTrait("data");
  const { askQuietly } = useAsk();
  const send = (gesture: "set_training" | "set_data", details: (value: Json) => Record<string, Json>) => async (value: Json) => {
    const reply = await askQuietly(gesture, details(value));
    return isRefusal(reply) ? reply : null;
  };
  const set = (name: string) => send("set_training", (value) => ({ [name]: value }));
  const optimizers = catalogue.optimizers.map((one) => one.class_name);
  const { class_name, config } = training.optimizer;
  const outputs = Object.entries(training.loss);
  return (
    <form className="kw-form" aria-label="Settings of the training" onSubmit={(event) => event.preventDefault()}>
      <Field
        field={field("optimizer", "optimizer", class_name, { kind: "choice", options: optimizers }, "how the weights are updated")}
        send={send("set_training", (value) => ({ optimizer: { class_name: value, config: {} } }))}
      />
      {training.fields.map((one) => (
        <Field key={`${class_name} ${one.name}`} field={one} send={send("set_training", (value) => ({ optimizer: { class_name, config: { ...config, [one.name]: value } } }))} />
      ))}
      {outputs.map(([output, loss]) => (
        <Field
          key={output}
          field={field(`loss ${output}`, outputs.length === 1 ? "loss" : `loss of ${output}`, loss, { kind: "choice", options: catalogue.losses }, "what is made small")}
          send={send("set_training", (value) => ({ loss: { ...training.loss, [output]: value } }))}
        />
      ))}
      <Field
        field={field("metrics", "metrics", training.metrics.join(", "), { kind: "text" }, "names with commas, such as accuracy, mae")}
        send={send("set_training", (value) => ({ metrics: String(value).split(/[\s,]+/).filter((name) => name !== "") }))}
      />
      <Field field={field("epochs", "epochs", training.epochs, { kind: "integer", minimum: 1 }, "how often all data are seen")} send={set("epochs")} />
      <Field field={field("batch_size", "batch size", training.batch_size, { kind: "integer", minimum: 1 }, "samples in one update")} send={set("batch_size")} />
      <Field
        field={field("validation_split", "validation share", data.validation_split, { kind: "number", minimum: 0, maximum: 1 }, "share of the data, from its end, that is measured and not trained on")}
        send={send("set_data", (value) => ({ validation_split: value }))}
      />
      <Field field={field("shuffle", "shuffle", training.shuffle, { kind: "switch" }, "another order in each epoch")} send={set("shuffle")} />
      <Field field={field("seed", "seed", training.seed, { kind: "integer", optional: true }, "the same seed gives the same numbers")} send={set("seed")} />
    </form>
  );
}
