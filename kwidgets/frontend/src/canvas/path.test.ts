import { expect, it } from "vitest";
import { middleOf, roundedPath } from "./path";

it("rounds the corners of a way, never more than its pieces allow", () => {
  expect(roundedPath([[0, 0], [0, 100], [50, 100]])).toBe("M0 0L0 90Q0 100 10 100L50 100");
  expect(roundedPath([[0, 0], [0, 8], [50, 8]])).toBe("M0 0L0 4Q0 8 4 8L50 8");
  expect(roundedPath([])).toBe("");
});

it("finds the middle along the way", () => {
  expect(middleOf([[0, 0], [0, 100], [60, 100]])).toEqual([0, 80]);
  expect(middleOf([[5, 5]])).toEqual([5, 5]);
});
