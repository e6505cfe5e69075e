import { describe, expect, it } from "vitest";
import type { Consequences } from "../shared/messages";
import { aheadOf } from "./Ahead";

const nothing: Consequences = {
  impossible: null, layer: null, changed: [], more: 0, parameters: null, needs: [], appear: [], vanish: [], waiting: 0, begin: [], begin_more: 0,
  effect: "", preview: { cards: {}, wires: {}, gone: [] },
};

describe("aheadOf", () => {
  it("says why a value cannot be", () => {
    expect(aheadOf({ ...nothing, impossible: "units must be a positive integer." })).toEqual({ worse: true, lines: ["units must be a positive integer."] });
  });
  it("says first what would break, then how many would wait", () => {
    const { worse, lines } = aheadOf({ ...nothing, appear: ["'add_1' gets two shapes."], waiting: 3, effect: "no other layer changes" });
    expect(worse).toBe(true);
    expect(lines[0]).toContain("'add_1' gets two shapes.");
    expect(lines).toHaveLength(2);
  });
  it("says what comes out and how many others change", () => {
    const card = { title: "Dense", line: "", shape: [null, 64], state: "ok" as const };
    expect(aheadOf({ ...nothing, effect: "2 layers below get another shape", preview: { ...nothing.preview, cards: { "dense_1@0": card } } }).lines)
      .toEqual(["→ 64 · 2 layers below get another shape"]);
  });
});
