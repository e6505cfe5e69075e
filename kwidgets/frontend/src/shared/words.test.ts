import { describe, expect, it } from "vitest";
import { bytesText, durationText, fieldText, numberText, shapeText } from "./words";

describe("words", () => {
  it("writes shapes as Python does", () => {
    expect(shapeText([null, 26, 26, 32])).toBe("(None, 26, 26, 32)");
    expect(shapeText([null])).toBe("(None,)");
    expect(shapeText([[null, 1], [null, 2]])).toBe("(None, 1), (None, 2)");
    expect(shapeText(null)).toBe("?");
  });
  it("writes sizes and times in units that fit", () => {
    expect(bytesText(3 * 1024 * 1024)).toBe("3.0 MB");
    expect(durationText(3.21)).toBe("3.2 s");
    expect(durationText(125)).toBe("2 min 5 s");
    expect(durationText(null)).toBe("–");
  });
  it("keeps small numbers readable", () => {
    expect(numberText(0.00012)).toBe("1.20e-4");
    expect(numberText(0.51239)).toBe("0.5124");
  });
  it("writes settings as people type them", () => {
    expect(fieldText([3, 3])).toBe("3, 3");
    expect(fieldText(null)).toBe("");
    expect(fieldText([null, 5])).toBe("None, 5");
  });
});
