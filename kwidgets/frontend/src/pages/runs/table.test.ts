import { describe, expect, it } from "vitest";
import type { KeptRun, RunColumn } from "../../shared/messages";
import { bestOf, columnsOf, NEWEST, pressed, sorted } from "./table";
import { run } from "./run.fixture";

const rows = [
  run(3, { values: { val_loss: 0.5, loss: 0.1, val_accuracy: 0.8 }, settings: { learning_rate: 0.1, optimizer: "Adam", "drop.rate": 0.5 } }),
  run(2, { values: { val_loss: 0.2, loss: 0.3, val_accuracy: 0.9 }, settings: { learning_rate: 0.01, optimizer: "Adam", "drop.rate": 0.25 } }),
  run(1, { values: { val_loss: null, loss: 0.2 }, state: "stopped", settings: { learning_rate: 0.1, optimizer: "Adam" } }),
];
const known: RunColumn[] = [
  { name: "learning_rate", layer: null, label: "Learning rate" },
  { name: "optimizer", layer: null, label: "Optimizer" },
  { name: "drop.rate", layer: "drop", label: "Rate" },
];
const numbers = (found: readonly KeptRun[]) => found.map(({ number }) => number);

describe("the table of runs", () => {
  it("sorts, with what has no value last either way", () => {
    expect(numbers(sorted(rows, { column: "metric:val_loss", down: false }))).toEqual([2, 3, 1]);
    expect(numbers(sorted(rows, { column: "metric:val_loss", down: true }))).toEqual([3, 2, 1]);
    expect(numbers(sorted(rows, { column: "setting:drop.rate", down: true }))).toEqual([3, 2, 1]);
    expect(numbers(sorted(rows, NEWEST))).toEqual([3, 2, 1]);
    expect(numbers(sorted(rows, { column: "epochs", down: false }))).toEqual([3, 2, 1]);
  });
  it("puts numbers before texts of the same column", () => {
    const mixed = ["seven", 10, 9, "ten"].map((value, index) => run(index, { settings: { x: value } }));
    expect(sorted(mixed, { column: "setting:x", down: false }).map(({ settings }) => settings.x)).toEqual([9, 10, "seven", "ten"]);
  });
  it("begins with the best of a column", () => {
    const loss = pressed(NEWEST, "metric:val_loss");
    expect(loss.down).toBe(false);
    expect(pressed(loss, "metric:val_loss").down).toBe(true);
    expect(pressed(NEWEST, "metric:val_accuracy").down).toBe(true);
  });
  it("shows of the settings only what differs among the shown runs", () => {
    expect(columnsOf(rows, known, true)).toEqual([
      "run", "setting:learning_rate", "setting:drop.rate", "epochs", "metric:val_loss", "metric:val_accuracy", "time", "state",
    ]);
    expect(columnsOf([rows[0], rows[2]] as KeptRun[], known, true)).not.toContain("setting:learning_rate");
    expect(columnsOf(rows, known, false)).toContain("setting:optimizer");
    expect(columnsOf(rows, known, false)).toContain("metric:loss");
  });
  it("names the model where there are several, and notes where there are any", () => {
    expect(columnsOf([...rows, run(4, { document: "other" })], known, true)).toContain("document");
    expect(columnsOf([...rows, run(4, { note: "higher rate" })], known, true)).toContain("note");
    expect(columnsOf([...rows, run(4, { tags: ["paper"] })], known, true)).toContain("note");
  });
  it("knows the best of each model by validation loss, else by loss", () => {
    expect([...bestOf(rows)]).toEqual(["run-2"]);
    expect([...bestOf([run(1, { values: { loss: 2 } }), run(2, { values: { loss: 1 } })])]).toEqual(["run-2"]);
    expect([...bestOf([...rows, run(8, { document: "b", values: { loss: 9 } }), run(9, { document: "b", values: { loss: 8 } })])]).toEqual(["run-2", "run-9"]);
    expect(bestOf([run(1, { values: { val_loss: null } }), run(2, {})]).size).toBe(0);
  });
});
