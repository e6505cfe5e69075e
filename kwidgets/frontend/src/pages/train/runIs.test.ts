import { describe, expect, it } from "vitest";
import type { Run } from "../../shared/messages";
import { leadingBest, shareDone } from "./runIs";

const run = (change: Partial<Run>): Run => ({ state: "running", epoch: 1, epochs: 10, batch: 0, batches: 41, ...change }) as Run;

describe("the share that is done", () => {
  it("counts batches of the epoch that goes on", () => {
    expect(shareDone(run({ epoch: 7, batch: 41 / 2 }))).toBeCloseTo(0.65);
    expect(shareDone(run({ epochs: 0 }))).toBe(0);
    expect(shareDone(run({ epoch: 3, batches: null, batch: 900 }))).toBeCloseTo(0.2);
  });
  it("is whole at the end, though a callback ended it early", () => {
    expect(shareDone(run({ state: "finished", epoch: 3 }))).toBe(1);
  });
});

describe("the best that leads", () => {
  it("is that of the validation loss where there is one", () => {
    const best = (metric: string) => ({ metric, value: 1, epoch: 1 });
    expect(leadingBest([best("val_acc"), best("val_loss")])?.metric).toBe("val_loss");
    expect(leadingBest([best("loss")])?.metric).toBe("loss");
    expect(leadingBest([])).toBeNull();
  });
});
