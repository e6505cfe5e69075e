import { describe, expect, it } from "vitest";
import type { RunRow } from "../../shared/messages";
import { firstOrder, sortedRuns } from "./sortRuns";

const row = (number: number, val_loss: number | null): RunRow => ({ id: `run-${number}`, number, differs: "", epochs: 1, planned: 1, values: { val_loss }, seconds: number, state: "finished" });

describe("order of runs", () => {
  it("puts the best first and runs without a number last", () => {
    const rows = [row(1, 0.5), row(2, null), row(3, 0.2)];
    const numbers = (order: ReturnType<typeof firstOrder>) => sortedRuns(rows, order).map((one) => one.number);
    expect(numbers(firstOrder("val_loss"))).toEqual([3, 1, 2]);
    expect(numbers({ by: "val_loss", falling: true })).toEqual([1, 3, 2]);
    expect(numbers(firstOrder("number"))).toEqual([3, 2, 1]);
  });
  it("sorts shares from the top", () => {
    expect(firstOrder("val_acc").falling).toBe(true);
  });
});
