import { describe, expect, it } from "vitest";
import type { Catalogue, Data, Training } from "../../shared/messages";
import { firstSettings, namesOf, otherSettings } from "./settingFields";

const training: Training = {
  optimizer: { class_name: "Adam", config: { beta_1: 0.8 } }, learning_rate: 0.001, loss: { dense: "mean_squared_error" }, metrics: ["accuracy"],
  fields: [{ name: "lr" }, { name: "beta_1" }] as unknown as Training["fields"], epochs: 10, batch_size: 32, shuffle: true, seed: null,
  terminate_on_nan: true,
};
const data = { validation_split: 0.2 } as Data;
const catalogue = { losses: ["mean_squared_error"], optimizers: [{ class_name: "Adam", fields: [] }] } as unknown as Catalogue;

describe("settings of training", () => {
  it("puts the six that matter first", () => {
    expect(firstSettings(training, data, catalogue).map((one) => one.field.label)).toEqual(["Loss", "Metrics", "Epochs", "Batch size", "Learning rate", "Validation share"]);
  });
  it("shows the learning rate once", () => {
    expect(otherSettings(training, catalogue).map((one) => one.field.name)).toEqual(["optimizer", "beta_1", "shuffle", "terminate_on_nan", "seed"]);
    const noRate = firstSettings({ ...training, learning_rate: null }, data, catalogue);
    expect(noRate.some((one) => one.field.name === "learning_rate")).toBe(false);
  });
  it("names outputs where there are several, and keeps the other losses", () => {
    const [one] = firstSettings({ ...training, loss: { a: "x", b: "y" } }, data, catalogue);
    expect(one?.field.label).toBe("Loss of a");
    expect(one?.change("z").details).toEqual({ loss: { a: "z", b: "y" } });
  });
  it("keeps the optimizer's other settings and sends the share as a matter of data", () => {
    expect(otherSettings(training, catalogue)[1]?.change(0.7).details).toEqual({ optimizer: { class_name: "Adam", config: { beta_1: 0.7 } } });
    expect(firstSettings(training, data, catalogue)[5]?.change(0.5)).toEqual({ gesture: "set_data", details: { validation_split: 0.5 } });
  });
  it("reads names with commas or spaces between them", () => {
    expect(namesOf(" accuracy,mae  mse ")).toEqual(["accuracy", "mae", "mse"]);
  });
});
