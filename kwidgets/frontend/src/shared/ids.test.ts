import { describe, expect, it } from "vitest";
import { isInside, isWithin, layerOf, nameOf, renamed, sharedKey } from "./ids";

const inner = "tower/a@1\u001fhead@0\u001fdense_1@2";

describe("ids", () => {
  it("name a layer with and without the blocks around it", () => {
    expect([layerOf("dense_1@0"), nameOf("dense_1@0"), nameOf(inner)]).toEqual(["dense_1", "dense_1", "dense_1"]);
    expect(layerOf(inner)).toBe("tower/a@1\u001fhead@0\u001fdense_1");
    expect([isInside("a/b@0"), isInside(inner)]).toEqual([false, true]);
    expect([isWithin(inner, "tower/a@1"), isWithin(inner, "tower/a@1\u001fhead@0"), isWithin(inner, "tower/a@11")]).toEqual([true, true, false]);
  });
  it("keep blocks and call where a layer gets another name", () => {
    expect([renamed("a@0", "b"), renamed(inner, "x@y")]).toEqual(["b@0", "tower/a@1\u001fhead@0\u001fx@y@2"]);
  });
  it("are one for all calls of a layer, also of the block around it", () => {
    expect(sharedKey("tower@0\u001fdense@1")).toBe(sharedKey("tower@1\u001fdense@0"));
    expect(sharedKey("tower@0\u001fdense@1")).not.toBe(sharedKey("other@0\u001fdense@1"));
  });
});
