import { describe, expect, it } from "vitest";
import type { Data, Head } from "../../shared/messages";
import { whatFirst } from "./whatFirst";

const head = (layers: number, problems: { layer: string | null; sentence: string; severity: string }[] = []) => ({ totals: { layers }, problems }) as unknown as Head;
const data = (x: string | null, problems: string[] = []) => ({ inputs: { input: x }, targets: { dense: "y" }, problems: problems.map((sentence) => ({ id: sentence, sentence, mends: [] })) }) as unknown as Data;

describe("what comes before the first training", () => {
  it("is layers, then their mistakes, then data", () => {
    expect(whatFirst(head(0), data(null))).toEqual({ kind: "empty" });
    expect(whatFirst(head(2, [{ layer: "add", sentence: "Two shapes.", severity: "error" }]), data(null))).toEqual({ kind: "wrong", sentences: ["add: Two shapes."] });
    expect(whatFirst(head(2), data(null))).toEqual({ kind: "data", missing: ["input"], sentences: [] });
    expect(whatFirst(head(2), data("x", ["'x' does not fit."]))).toEqual({ kind: "data", missing: [], sentences: ["'x' does not fit."] });
  });
  it("is nothing where all fits; a warning keeps nobody from training", () => {
    expect(whatFirst(head(2, [{ layer: null, sentence: "No loss.", severity: "warning" }]), data("x"))).toEqual({ kind: "ready" });
  });
});
