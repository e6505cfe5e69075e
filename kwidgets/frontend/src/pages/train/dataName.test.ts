import { expect, it } from "vitest";
import { dataName } from "./dataName";

const sources = [{ name: "notebook", kind: "notebook", arrays: [], table: null, absent: null, trouble: {} }, { name: "digits", kind: "built_in", arrays: [], table: null, absent: null, trouble: {} }];

it("names a ready set by its name and the notebook's arrays by theirs", () => {
  expect(dataName({ source: "digits", sources, inputs: { input_1: "x_train" } })).toBe("digits");
  expect(dataName({ source: "notebook", sources, inputs: { a: "left", b: "right", c: "left" } })).toBe("left, right");
  expect(dataName({ source: null, sources, inputs: { a: "x", b: null } })).toBe("x");
  expect(dataName({ source: "moved.npz", sources, inputs: { a: "x" } })).toBe("moved.npz");
});
