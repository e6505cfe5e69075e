import { expect, it } from "vitest";
import { lineOf, offsetOf } from "./offset";

it("finds lines and columns, and stays inside the text", () => {
  expect(offsetOf("ab\ncd", 2, 2)).toBe(4);
  expect(offsetOf("ab\ncd", 9, 9)).toBe(5);
});

it("tells the line of an offset", () => {
  expect([0, 2, 3, 5].map((offset) => lineOf("ab\ncd", offset))).toEqual([1, 1, 2, 2]);
});
