import { expect, it } from "vitest";
import { offsetOf } from "./offset";

it("finds lines and columns, and stays inside the text", () => {
  expect(offsetOf("ab\ncd", 2, 2)).toBe(4);
  expect(offsetOf("ab\ncd", 9, 9)).toBe(5);
});
