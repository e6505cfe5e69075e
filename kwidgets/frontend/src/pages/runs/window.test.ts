import { expect, it } from "vitest";
import { inView, ROW, scrolledTo } from "./window";

it("draws a few rows of a thousand, with those in view among them", () => {
  const { from, to } = inView(1000, 500 * ROW, 10 * ROW);
  expect(from).toBeLessThanOrEqual(500);
  expect(to).toBeGreaterThanOrEqual(510);
  expect(to - from).toBeLessThan(40);
  expect(inView(3, 0, 400)).toEqual({ from: 0, to: 3 });
});
it("scrolls no further than a row needs", () => {
  expect(scrolledTo(5, 0, 10 * ROW)).toBe(0);
  expect(scrolledTo(12, 0, 10 * ROW)).toBe(3 * ROW);
  expect(scrolledTo(2, 5 * ROW, 10 * ROW)).toBe(2 * ROW);
});
