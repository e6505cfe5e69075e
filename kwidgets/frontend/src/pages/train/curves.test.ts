import { describe, expect, it } from "vitest";
import { Curves } from "./curves";

const floats = (...values: number[]) => new DataView(new Float32Array(values).buffer);
const piece = (start: number, count: number, run = "a") => ({
  kind: "points" as const,
  run,
  series: [{ name: "loss", phase: "train" as const, start, count }],
});

describe("curves", () => {
  it("appends pieces", () => {
    const curves = new Curves();
    curves.add(piece(0, 2), [floats(1, 2), floats(5, 4)]);
    curves.add(piece(2, 1), [floats(3), floats(3)]);
    expect(curves.get("loss", "train")?.ys).toEqual([5, 4, 3]);
    expect([curves.points(), curves.end()]).toEqual([3, 3]);
  });
  it("takes the whole history twice without doubling it", () => {
    const curves = new Curves();
    curves.add(piece(0, 2), [floats(1, 2), floats(5, 4)]);
    curves.add(piece(0, 3), [floats(1, 2, 3), floats(5, 4, 3)]);
    expect(curves.get("loss", "train")?.xs).toEqual([1, 2, 3]);
  });
  it("forgets the run before", () => {
    const curves = new Curves();
    curves.add(piece(0, 2), [floats(1, 2), floats(5, 4)]);
    curves.add(piece(0, 1, "b"), [floats(1), floats(9)]);
    expect(curves.get("loss", "train")?.ys).toEqual([9]);
  });
  it("takes more points at once than a call may have arguments", () => {
    const curves = new Curves();
    const many = new DataView(new Float32Array(300_000).buffer);
    curves.add(piece(0, 300_000), [many, many]);
    expect(curves.points()).toBe(300_000);
  });
});
