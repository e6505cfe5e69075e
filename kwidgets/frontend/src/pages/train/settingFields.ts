// The settings of training in their order, each with the gesture that changes it; Python says what they are.
import type { Details } from "../../shared/connection";
import type { DevicesAnswer, Field, Json, Training } from "../../shared/messages";
import { words } from "../../shared/words";

export type Change =
  | { gesture: "set_training"; details: Details<"set_training"> }
  | { gesture: "set_data"; details: Details<"set_data"> };

export interface Setting {
  field: Field;
  change: (value: Json) => Change;
}

/** What stands first; everything else that Python declares is folded, in Python's order. */
const FIRST: readonly string[] = ["loss", "metrics", "epochs", "batch_size", "learning_rate", "validation_split"];

const training = (details: Details<"set_training">): Change => ({ gesture: "set_training", details });

/** Names from a text with commas or spaces between them; those within brackets are settings of a name. */
export function namesOf(text: Json): string[] {
  const parts = (typeof text === "string" ? text : "").split(/[\s,;]+(?![^(]*\))/);
  return parts.filter((name) => name !== "");
}

/** Loss, metrics, epochs, batch size, learning rate, validation share. */
export function firstSettings(now: Training): Setting[] {
  return FIRST.flatMap((name) => now.fields.filter((field) => field.name === name)).flatMap((field) => settingsOf(field, now));
}

/** The optimizer, its own settings, those of losses and metrics, and what else there is: shuffling, the seed. */
export function otherSettings(now: Training): Setting[] {
  return [...now.fields.filter((field) => !FIRST.includes(field.name)).flatMap((field) => settingsOf(field, now)), ...ofLosses(now), ...ofMetrics(now)];
}

/** The settings with the devices that there are now, cards with their free memory. */
export function withDevices(settings: readonly Setting[], { options, labels }: DevicesAnswer): Setting[] {
  return settings.map((one) => (one.field.name === "device" ? { ...one, field: { ...one.field, control: { ...one.field.control, options, labels } } } : one));
}

function settingsOf(field: Field, now: Training): Setting[] {
  switch (field.name) {
    case "loss":
      return losses(field, now);
    case "metrics":
      return [{ field: { ...field, value: Array.isArray(field.value) ? field.value.join(", ") : "" }, change: (value) => training({ metrics: namesOf(value) }) }];
    case "optimizer":
      return [{ field, change: (value) => training({ optimizer: { class_name: value, config: {} } }) }, ...ofOptimizer(now)];
    case "validation_split":
      return [{ field, change: (value) => ({ gesture: "set_data", details: { validation_split: value } }) }];
    default:
      return [{ field, change: (value) => training({ [field.name]: value }) }];
  }
}

/** A field for each output; the losses of the others stay as they are, with their settings. */
function losses(field: Field, now: Training): Setting[] {
  const outputs = Object.entries(now.loss);
  return outputs.map(([output, loss]) => ({
    field: { ...field, name: `loss ${output}`, label: outputs.length === 1 ? field.label : words.train.lossOf(output), value: loss },
    change: (value) => training({ loss: { [output]: value } }),
  }));
}

/** The settings of each output's loss. */
function ofLosses({ loss, of_loss }: Training): Setting[] {
  return Object.entries(of_loss).flatMap(([output, { config, fields }]) =>
    fields.map((field) => ({
      field: { ...field, name: `loss ${output} ${field.name}`, label: words.train.ofLoss(loss[output] ?? "", field.label) },
      change: (value) => training({ loss: { [output]: { class_name: loss[output] ?? "", config: { ...config, [field.name]: value } } } }),
    })));
}

/** The settings of each metric; the others of the list stay as they are. */
function ofMetrics({ fields, of_metrics }: Training): Setting[] {
  const written = fields.find(({ name }) => name === "metrics")?.value;
  const listed: readonly Json[] = Array.isArray(written) ? written : [];
  return of_metrics.flatMap(({ name, config, fields: settings }, place) =>
    settings.map((field) => ({
      field: { ...field, name: `metric ${place + 1} ${field.name}`, label: words.train.ofLoss(name, field.label) },
      change: (value) => {
        const changed = { class_name: name, config: { ...config, [field.name]: value } };
        return training({ metrics: listed.map((one, index) => (index === place ? changed : one)) });
      },
    })));
}

function ofOptimizer({ optimizer, of_optimizer }: Training): Setting[] {
  const { class_name, config } = optimizer;
  return of_optimizer.map((field) => ({ field, change: (value) => training({ optimizer: { class_name, config: { ...config, [field.name]: value } } }) }));
}
