import { expect, it } from "vitest";
import { ticksOf } from "./ticks";

it("divides a range by round numbers", () => {
  expect(ticksOf(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksOf(0.13, 2.4, 4)).toEqual([1, 2]);
  expect(ticksOf(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticksOf(3, 3, 5)).toEqual([3]);
});
