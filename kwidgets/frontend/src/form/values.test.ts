import { describe, expect, it } from "vitest";
import { fieldText } from "../shared/figures";
import { choiceText, fromText } from "./values";

describe("values from text", () => {
  it("reads numbers", () => {
    expect(fromText("64", { kind: "integer" })).toBe(64);
    expect(fromText(" 1e-3 ", { kind: "number" })).toBe(0.001);
    expect(fromText("-.5", { kind: "number" })).toBe(-0.5);
  });
  it.each(["3, 3", "(3, 3)", "[3,3]", "3x3", "3 × 3", "3 3", "3*3", "(3,3,)"])("reads %s as two sizes", (text) => {
    expect(fromText(text, { kind: "integers", length: 2 })).toEqual([3, 3]);
  });
  it("leaves one number alone to the layer where several are wanted", () => {
    expect(fromText("3", { kind: "integers", length: 2 })).toBe(3);
    expect(fromText("3", { kind: "integers", length: 1 })).toEqual([3]);
    expect(fromText("3", { kind: "integers", length: null })).toEqual([3]);
    expect(fromText("(3,)", { kind: "integers", length: 1 })).toEqual([3]);
  });
  it("reads texts with commas or ends of lines between them, and lists in JSON's form", () => {
    const texts = { kind: "texts", optional: true } as const;
    expect(fromText("the, film\n good,", texts)).toEqual(["the", "film", "good"]);
    expect(fromText('["a, b", "c"]', texts)).toEqual(["a, b", "c"]);
    expect(fromText("[UNK], a", texts)).toEqual(["[UNK]", "a"]);
    expect(fromText(fieldText(["a", "b"]), texts)).toEqual(["a", "b"]);
    expect(fromText("", texts)).toBeNull();
  });
  it("reads None inside sizes, and negative sizes", () => {
    expect(fromText("None, 5", { kind: "integers" })).toEqual([null, 5]);
    expect(fromText("-1 × 4", { kind: "integers" })).toEqual([-1, 4]);
  });
  it("reads lists of lists where the value is one", () => {
    expect(fromText("1 × 1, 0 × 2", { kind: "text" }, [[1, 1], [0, 0]])).toEqual([[1, 1], [0, 2]]);
    expect(fromText("((1, 1), (0, 2))", { kind: "text" }, [[1, 1], [0, 0]])).toEqual([[1, 1], [0, 2]]);
    expect(fromText("2", { kind: "text" }, [[1, 1], [0, 0]])).toBe(2);
  });
  it("reads back what a field shows", () => {
    for (const value of [[3, 3], [2], [1, 2, 3]]) {
      expect(fromText(fieldText(value), { kind: "integers", length: value.length })).toEqual(value);
    }
    expect(fromText(fieldText([[1, 1], [0, 2]]), { kind: "text" }, [[1, 1], [0, 0]])).toEqual([[1, 1], [0, 2]]);
    expect(fromText(fieldText([null, 5]), { kind: "integers", length: null })).toEqual([null, 5]);
  });
  it("leaves what it cannot read to Python", () => {
    expect(fromText("many", { kind: "integer" })).toBe("many");
    expect(fromText("0x10", { kind: "integer" })).toBe("0x10");
    expect(fromText("a, b", { kind: "integers" })).toBe("a, b");
    expect(fromText("3 ×", { kind: "integers" })).toBe("3 ×");
    expect(fromText("(3", { kind: "integers" })).toBe("(3");
  });
  it("reads nothing as none only where that is allowed", () => {
    expect(fromText("", { kind: "number", optional: true })).toBe(null);
    expect(fromText("None", { kind: "integers", optional: true })).toBe(null);
    expect(fromText("", { kind: "number" })).toBe("");
  });
});

it("names an object of a class by its settings", () => {
  expect(choiceText({ class_name: "L1L2", config: { l1: 0.01, l2: 0 } })).toBe("L1L2 (l1 0.01, l2 0)");
  expect(choiceText("relu")).toBe("relu");
});
