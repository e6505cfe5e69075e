import { expect, it } from "vitest";
import type { CardSignal } from "../shared/messages";
import { largestOf, sizeOf, sizeText, widthOf } from "./signals";

const signal = (forward: number | null, backward: number | null): CardSignal => ({ forward, backward, dead: 0, units: 0, sign: null, says: null, hint: null });

it("has the widest wire for the largest signal, and none where nothing is known", () => {
  const cards = { a: signal(2, 1e-3), b: signal(0.5, null) };
  expect(largestOf(cards, "forward")).toBe(2);
  expect(widthOf(sizeOf(cards.a, "forward"), 2, "forward")).toBe(7);
  expect(widthOf(sizeOf(cards.b, "forward"), 2, "forward")).toBeCloseTo(4.1);
  expect(widthOf(sizeOf(cards.b, "backward"), 1e-3, "backward")).toBeNull();
  expect(sizeOf(cards.a, "plain")).toBeNull();
});

it("tells gradients apart over powers of ten", () => {
  const widths = [1, 1e-2, 1e-4, 1e-6, 0].map((size) => widthOf(size, 1, "backward") ?? -1);
  expect(widths.every((width, index) => index === 0 || width <= (widths[index - 1] ?? 0))).toBe(true);
  expect(widths[4]).toBeCloseTo(1.2);
});

it("writes sizes in a few letters", () => {
  expect([1, 0.714, 3.21e-5, 0, 123456].map(sizeText)).toEqual(["1", "0.71", "3e-5", "0", "1e5"]);
});
