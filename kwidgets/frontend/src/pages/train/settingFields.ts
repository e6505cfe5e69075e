// The settings of training as fields: those that matter first, then the optimizer's.
import type { Catalogue, Control, Data, Field, Json, Training } from "../../shared/messages";
import type { Details } from "../../shared/connection";
import { words } from "../../shared/words";

export type Change =
  | { gesture: "set_training"; details: Details<"set_training"> }
  | { gesture: "set_data"; details: Details<"set_data"> };

export interface Setting {
  field: Field;
  change: (value: Json) => Change;
}

type Made = [name: string, label: string, help: string, value: Json, control: Control];

function setting([name, label, help, value, control]: Made, change?: (value: Json) => Change): Setting {
  const field: Field = { name, label, help, value, control, default: null, old_names: [], mixed: false };
  return { field, change: change ?? ((given) => training({ [name]: given })) };
}

const training = (details: Details<"set_training">): Change => ({ gesture: "set_training", details });

const COUNT: Control = { kind: "integer", minimum: 1 };

/** Names from a text with commas or spaces between them. */
export function namesOf(text: Json): string[] {
  return (typeof text === "string" ? text : "").split(/[\s,;]+/).filter((name) => name !== "");
}

/** Loss, metrics, epochs, batch size, learning rate, validation share. */
export function firstSettings(now: Training, data: Data, catalogue: Catalogue): Setting[] {
  const { train } = words;
  const outputs = Object.entries(now.loss);
  const losses = outputs.map(([output, loss]): Setting =>
    setting(
      [`loss ${output}`, train.loss(outputs.length === 1 ? null : output), train.lossHelp, loss, { kind: "choice", options: [...catalogue.losses] }],
      (value) => training({ loss: { ...now.loss, [output]: value } }),
    ),
  );
  const rate = setting(["learning_rate", train.rateField, train.rateFieldHelp, now.learning_rate, { kind: "number", minimum: 0 }]);
  return [
    ...losses,
    setting(["metrics", train.metrics, train.metricsHelp, now.metrics.join(", "), { kind: "text" }], (value) => training({ metrics: namesOf(value) })),
    setting(["epochs", train.epochs, train.epochsHelp, now.epochs, COUNT]),
    setting(["batch_size", train.batchSize, train.batchSizeHelp, now.batch_size, COUNT]),
    ...(now.learning_rate === null ? [] : [rate]),
    setting(
      ["validation_split", train.share, train.shareHelp, data.validation_split, { kind: "number", minimum: 0, maximum: 1 }],
      (value) => ({ gesture: "set_data", details: { validation_split: value } }),
    ),
  ];
}

/** The optimizer, its own settings, shuffling, the seed. */
export function otherSettings(now: Training, catalogue: Catalogue): Setting[] {
  const { train } = words;
  const { class_name, config } = now.optimizer;
  const names = catalogue.optimizers.map((one) => one.class_name);
  return [
    setting(["optimizer", train.optimizer, train.optimizerHelp, class_name, { kind: "choice", options: names }], (value) => training({ optimizer: { class_name: value, config: {} } })),
    ...now.fields
      .filter((field) => field.name !== "lr")
      .map((field): Setting => ({ field, change: (value) => training({ optimizer: { class_name, config: { ...config, [field.name]: value } } }) })),
    setting(["shuffle", train.shuffle, train.shuffleHelp, now.shuffle, { kind: "switch" }]),
    setting(["terminate_on_nan", train.terminateOnNaN, train.terminateOnNaNHelp, now.terminate_on_nan, { kind: "switch" }]),
    setting(["seed", train.seed, train.seedHelp, now.seed, { kind: "integer", optional: true, minimum: 0 }]),
  ];
}
