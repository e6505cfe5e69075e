import { describe, expect, it } from "vitest";
import type { Phase } from "../../shared/messages";
import { Curves } from "./curves";
import { linesOf, MOST_DOTS } from "./lines";

const buffer = (values: readonly number[]) => new DataView(new Float32Array(values).buffer);

function curvesOf(counts: Partial<Record<Phase, number>>, run = "a"): Curves {
  const curves = new Curves();
  for (const [phase, count] of Object.entries(counts)) {
    const xs = Array.from({ length: count }, (_, index) => (phase === "batch" ? (index + 1) / 10 : index + 1));
    const series = [{ name: "loss", phase: phase as Phase, start: 0, count }];
    curves.add({ kind: "points", run, series }, [buffer(xs), buffer(xs.map((x) => 1 / x))]);
  }
  return curves;
}

const roles = (curves: Curves, smoothing: number, earlier: Curves[] = []) => linesOf(curves, "loss", smoothing, earlier).map((one) => one.role);

describe("lines of a chart", () => {
  it("shows a course from the first batches on", () => {
    expect(roles(curvesOf({ batch: 5 }), 0)).toEqual(["batch", "train"]);
    expect(linesOf(curvesOf({ batch: 5 }), "loss", 0, []).some((one) => one.points)).toBe(false);
  });
  it("draws the means of epochs as they are without smoothing", () => {
    const lines = linesOf(curvesOf({ batch: 50, train: 5, validation: 5 }), "loss", 0, []);
    expect(lines.map((one) => one.role)).toEqual(["batch", "train", "validation"]);
    expect(lines[1]?.xs).toEqual([1, 2, 3, 4, 5]);
    expect(lines[1]?.points).toBe(true);
  });
  it("never hides what is smoothed", () => {
    expect(roles(curvesOf({ batch: 500, train: 50, validation: 50 }), 0.6)).toEqual(["batch", "train", "faint-validation", "validation"]);
    expect(roles(curvesOf({ train: 50 }), 0.6)).toEqual(["faint-train", "train"]);
  });
  it("leaves out dots where there are many epochs", () => {
    const lines = linesOf(curvesOf({ train: MOST_DOTS + 1 }), "loss", 0, []);
    expect(lines.map((one) => one.points)).toEqual([false]);
  });
  it("puts earlier runs behind all others", () => {
    expect(roles(curvesOf({ batch: 5 }), 0, [curvesOf({ train: 4, validation: 4 }, "b")])).toEqual(["earlier", "batch", "train"]);
  });
});
