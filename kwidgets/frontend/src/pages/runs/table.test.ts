import { describe, expect, it } from "vitest";
import type { RunRow } from "../../shared/messages";
import { bestOf, columnsOf, NEWEST, pressed, sorted } from "./table";

const run = (number: number, values: RunRow["values"], more: Partial<RunRow> = {}): RunRow => ({
  id: `run-${number}`, number, differs: "", epochs: 10, planned: 10, values, seconds: number, state: "finished", ...more,
});
const rows = [run(3, { val_loss: 0.5, loss: 0.1, val_accuracy: 0.8 }), run(2, { val_loss: 0.2, loss: 0.3, val_accuracy: 0.9 }), run(1, { val_loss: null, loss: 0.2 }, { state: "stopped" })];
const numbers = (found: readonly RunRow[]) => found.map(({ number }) => number);

describe("the table of runs", () => {
  it("sorts, with what has no value last either way", () => {
    expect(numbers(sorted(rows, { column: "metric:val_loss", down: false }))).toEqual([2, 3, 1]);
    expect(numbers(sorted(rows, { column: "metric:val_loss", down: true }))).toEqual([3, 2, 1]);
    expect(numbers(sorted(rows, NEWEST))).toEqual([3, 2, 1]);
    expect(numbers(sorted(rows, { column: "epochs", down: false }))).toEqual([3, 2, 1]);
  });
  it("begins with the best of a column", () => {
    const loss = pressed(NEWEST, "metric:val_loss");
    expect(loss.down).toBe(false);
    expect(pressed(loss, "metric:val_loss").down).toBe(true);
    expect(pressed(NEWEST, "metric:val_accuracy").down).toBe(true);
  });
  it("leaves out columns that say nothing", () => {
    expect(columnsOf(rows, false)).toEqual(["run", "differs", "epochs", "metric:loss", "metric:val_loss", "metric:val_accuracy", "time", "state"]);
    expect(columnsOf(rows, true)).not.toContain("epochs");
    expect(columnsOf(rows.slice(0, 1), true)).toContain("epochs");
  });
  it("knows the best by validation loss, else by loss", () => {
    expect(bestOf(rows)?.number).toBe(2);
    expect(bestOf([run(1, { loss: 2 }), run(2, { loss: 1 })])?.number).toBe(2);
    expect(bestOf([run(1, { val_loss: null })])).toBeNull();
  });
});
