import { describe, expect, it } from "vitest";
import type { Field, Json, Training } from "../../shared/messages";
import { firstSettings, namesOf, otherSettings, withDevices } from "./settingFields";

const field = (name: string, value: Json = null): Field => ({
  name, label: `${name} in words`, help: `what ${name} does`, control: { kind: "text" }, value, default: null, old_names: [], mixed: false,
});
const DECLARED = ["optimizer", "loss", "metrics", "epochs", "batch_size", "validation_split", "shuffle", "seed", "device", "precision", "terminate_on_nan"];
const training: Training = {
  fields: [...DECLARED.map((name) => field(name, name === "metrics" ? ["accuracy", "mae"] : null)), field("learning_rate", 0.001)],
  optimizer: { class_name: "Adam", config: { beta_1: 0.8 } }, of_optimizer: [field("beta_1", 0.8)],
  loss: { dense: "mean_squared_error" }, of_loss: {}, of_metrics: [], learning_rate: 0.001, epochs: 10, batch_size: 32,
};
const namesIn = (settings: { field: Field }[]) => settings.map((one) => one.field.name);
const named = (settings: ReturnType<typeof firstSettings>, name: string) => settings.find((one) => one.field.name === name);

describe("settings of training", () => {
  it("puts the six that matter first, and the rest as Python says, the optimizer's after the optimizer", () => {
    expect(namesIn(firstSettings(training))).toEqual(["loss dense", "metrics", "epochs", "batch_size", "learning_rate", "validation_split"]);
    expect(namesIn(otherSettings(training))).toEqual(["optimizer", "beta_1", "shuffle", "seed", "device", "precision", "terminate_on_nan"]);
  });
  it("shows each setting that Python declares once, also one that it has never heard of", () => {
    const more = { ...training, fields: [...training.fields, field("patience")] };
    const shown = [...firstSettings(more), ...otherSettings(more)].map((one) => one.field.name.split(" ")[0]);
    expect(shown.sort()).toEqual([...DECLARED, "learning_rate", "beta_1", "patience"].sort());
    expect(named(otherSettings(more), "patience")?.change(3)).toEqual({ gesture: "set_training", details: { patience: 3 } });
  });
  it("takes words, help and limits as they are", () => {
    const limits = { ...field("epochs", 10), control: { kind: "integer", minimum: 1, maximum: 9 } } as const;
    expect(firstSettings({ ...training, fields: [limits] })[0]?.field).toEqual(limits);
  });
  it("has no learning rate where the optimizer has none", () => {
    const without = training.fields.filter((one) => one.name !== "learning_rate");
    expect(named(firstSettings({ ...training, fields: without }), "learning_rate")).toBeUndefined();
  });
  it("names outputs where there are several, and keeps the other losses", () => {
    expect(firstSettings(training)[0]?.field).toMatchObject({ label: "loss in words", value: "mean_squared_error" });
    const [one, other] = firstSettings({ ...training, loss: { a: "x", b: null } });
    expect([one?.field.label, other?.field.value]).toEqual(["Loss of a", null]);
    expect(one?.change("z").details).toEqual({ loss: { a: "z" } });
  });
  it("writes metrics as names with commas and sends a list", () => {
    const metrics = named(firstSettings(training), "metrics");
    expect(metrics?.field.value).toBe("accuracy, mae");
    expect(metrics?.change("mse, mae").details).toEqual({ metrics: ["mse", "mae"] });
  });
  it("keeps the optimizer's other settings and sends the share as a matter of data", () => {
    expect(named(otherSettings(training), "beta_1")?.change(0.7).details).toEqual({ optimizer: { class_name: "Adam", config: { beta_1: 0.7 } } });
    expect(named(otherSettings(training), "optimizer")?.change("SGD").details).toEqual({ optimizer: { class_name: "SGD", config: {} } });
    expect(named(firstSettings(training), "validation_split")?.change(0.5)).toEqual({ gesture: "set_data", details: { validation_split: 0.5 } });
  });
  it("shows the settings of a loss behind the others, and sends them with its name", () => {
    const of_loss = { a: { config: { alpha: 0.3 }, fields: [field("alpha", 0.3), field("beta", 0.5)] } };
    const shown = otherSettings({ ...training, loss: { a: "tversky" }, of_loss });
    expect(namesIn(shown).slice(-2)).toEqual(["loss a alpha", "loss a beta"]);
    expect(named(shown, "loss a beta")?.field.label).toBe("tversky: beta in words");
    expect(named(shown, "loss a beta")?.change(0.7).details).toEqual({ loss: { a: { class_name: "tversky", config: { alpha: 0.3, beta: 0.7 } } } });
  });
  it("shows the settings of a metric, and sends them within the list", () => {
    const auc = { name: "AUC", config: { curve: "PR" }, fields: [field("curve", "PR"), field("num_thresholds", 200)] };
    const shown = otherSettings({ ...training, of_metrics: [{ name: "accuracy", config: {}, fields: [] }, auc] });
    expect(namesIn(shown).slice(-2)).toEqual(["metric 2 curve", "metric 2 num_thresholds"]);
    expect(named(shown, "metric 2 curve")?.field.label).toBe("AUC: curve in words");
    const change = named(shown, "metric 2 num_thresholds")?.change(50);
    expect(change?.details).toEqual({ metrics: ["accuracy", { class_name: "AUC", config: { curve: "PR", num_thresholds: 50 } }] });
  });
  it("offers the devices that there are now, with their memory, and leaves all else", () => {
    const labels = { "gpu:0": "gpu:0: a card, 1.0 GB of 8.0 GB free" };
    const settings = withDevices(otherSettings(training), { options: ["auto", "cpu", "gpu:0"], labels });
    expect(named(settings, "device")?.field.control).toEqual({ kind: "text", options: ["auto", "cpu", "gpu:0"], labels });
    expect(named(settings, "seed")?.field).toEqual(named(otherSettings(training), "seed")?.field);
  });
  it("reads names with commas or spaces between them", () => {
    expect(namesOf(" accuracy,mae  mse ")).toEqual(["accuracy", "mae", "mse"]);
    expect(namesOf("AUC(curve='PR', num_thresholds=50), mae")).toEqual(["AUC(curve='PR', num_thresholds=50)", "mae"]);
  });
});
