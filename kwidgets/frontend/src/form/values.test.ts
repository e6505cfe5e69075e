import { expect, it } from "vitest";
import { fromText } from "./values";

it("reads numbers and tuples as people type them", () => {
  expect(fromText("64", { kind: "integer" })).toBe(64);
  expect(fromText("1e-3", { kind: "number" })).toBe(0.001);
  expect(fromText("(3, 3)", { kind: "integers" })).toEqual([3, 3]);
  expect(fromText("3", { kind: "integers" })).toEqual([3]);
  expect(fromText("None, 5", { kind: "integers" })).toEqual([null, 5]);
});

it("leaves what it cannot read to Python", () => {
  expect(fromText("many", { kind: "integer" })).toBe("many");
  expect(fromText("a, b", { kind: "integers" })).toBe("a, b");
});

it("reads nothing as none where that is allowed", () => {
  expect(fromText("", { kind: "number", optional: true })).toBe(null);
  expect(fromText("", { kind: "number" })).toBe("");
});
