import { expect, it } from "vitest";
import { nearest, pathOf, scaleOf } from "./scale";

const line = { xs: [1, 2, 3], ys: [10, 1, 0.1] };

it("has no scale without a finite value", () => {
  expect(scaleOf([], false)).toBeNull();
  expect(scaleOf([{ xs: [1], ys: [Number.NaN] }], false)).toBeNull();
  expect(scaleOf([{ xs: [1], ys: [0] }], true)).toBeNull();
});
it("puts equal ratios at equal distances on a logarithmic axis, with round powers beside it", () => {
  const scale = scaleOf([line], true);
  const places = line.ys.map((y) => scale?.y(y) ?? Number.NaN);
  expect((places[0] ?? 0) - (places[1] ?? 0)).toBeCloseTo((places[1] ?? 0) - (places[2] ?? 0));
  expect(scale?.rows).toEqual([0.1, 1, 10]);
});
it("draws gaps where a value has no place", () => {
  const scale = scaleOf([line], true);
  expect(scale === null ? "" : pathOf({ xs: [1, 2, 3], ys: [1, -1, 2] }, scale, 100, 100).match(/M/g)).toHaveLength(2);
});
it("finds the nearest point, and none where a run did not reach", () => {
  expect(nearest(line, 2.4)).toEqual({ x: 2, y: 1 });
  expect(nearest(line, 7)).toBeUndefined();
  expect(nearest({ xs: [], ys: [] }, 1)).toBeUndefined();
});
