import { expect, it } from "vitest";
import { keyOf, prepared, unpacked } from "./runCurves";

const curve = (run: string, name: string, phase: "train" | "validation", count: number) => ({ run, name, phase, count });

it("takes the curves of many runs out of two buffers", () => {
  const curves = unpacked(
    [curve("a", "loss", "train", 2), curve("a", "loss", "validation", 1), curve("b", "loss", "train", 2)],
    new Float32Array([1, 2, 1, 1, 2]),
    new Float32Array([9, 8, 7, 6, 5]),
  );
  expect(curves.get("a")?.get(keyOf("val_loss"))).toEqual({ xs: [1], ys: [7] });
  expect(curves.get("b")?.get(keyOf("loss"))).toEqual({ xs: [1, 2], ys: [6, 5] });
});
it("moves a run that went on from another to epoch 0 where that is wanted", () => {
  const line = { xs: [3, 4, 5, 6], ys: [9, 9, 1, 2] };
  const switches = { fromZero: true, log: false, smooth: false };
  expect(prepared(line, 4, switches)).toEqual({ xs: [1, 2], ys: [1, 2] });
  expect(prepared(line, 4, { ...switches, fromZero: false })).toBe(line);
  expect(prepared(line, 9, switches).xs).toEqual([]);
});
