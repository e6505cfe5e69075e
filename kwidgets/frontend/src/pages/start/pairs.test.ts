import { describe, expect, it } from "vitest";
import type { ArrayEntry } from "../../shared/messages";
import { inOrder, pairOf } from "./pairs";

const array = (key: string, ...shape: number[]): ArrayEntry => ({ key, shape, dtype: "float32" });
const keys = (arrays: readonly ArrayEntry[]) => {
  const pair = pairOf(arrays);
  return pair === null ? null : [pair.input.key, pair.target.key];
};

describe("pairs of arrays", () => {
  it("go by names first, training before test", () => {
    expect(keys([array("x_test", 9, 4), array("y_test", 9), array("y_train", 50), array("x_train", 50, 4)])).toEqual(["x_train", "y_train"]);
  });
  it("go by form where names say nothing", () => {
    expect(keys([array("b", 50), array("a", 50, 8, 8)])).toEqual(["a", "b"]);
  });
  it("need as many rows", () => {
    expect(keys([array("x", 50, 4), array("y", 49)])).toBeNull();
    expect(keys([array("x", 50, 4)])).toBeNull();
    expect(keys([])).toBeNull();
  });
  it("come first in the list", () => {
    const arrays = [array("z", 3), array("y", 50), array("x", 50, 4)];
    expect(inOrder(arrays, pairOf(arrays)).map(({ key }) => key)).toEqual(["x", "y", "z"]);
  });
});
