import { describe, expect, it } from "vitest";
import { bytesText, clockText, countText, durationText, fieldText, numberText, shapeText, shareText, shortCountText, timeText, wholeShapeText, workText } from "./figures";

describe("figures", () => {
  it("writes shapes as people say them", () => {
    expect(shapeText([null, 8, 8, 32])).toBe("8×8×32");
    expect(shapeText([null, null, 5])).toBe("?×5");
    expect(shapeText([null, 512])).toBe("512");
    expect(shapeText([null])).toBe("1");
    expect(shapeText([[null, 4], [null, 2]])).toBe("4, 2");
    expect(shapeText(null)).toBe("–");
  });
  it("writes the whole shape as code has it", () => {
    expect(wholeShapeText([null, 3])).toBe("(None, 3)");
    expect(wholeShapeText([null])).toBe("(None,)");
  });
  it("writes counts, bytes and work with a fitting unit", () => {
    expect(countText(38282)).toBe("38,282");
    expect(shortCountText(25636712)).toBe("25.6 M");
    expect(bytesText(2048)).toBe("2 KB");
    expect(bytesText(512)).toBe("512 B");
    expect(workText(590_000)).toBe("590 kFLOP");
    expect(workText(7.7e9)).toBe("7.7 GFLOP");
  });
  it("writes moments as a watch shows them, those of other days with their date", () => {
    const at = (day: number, year = 2026) => new Date(year, 10, day, 14, 2, 31);
    const text = (then: Date) => timeText(then.getTime() / 1000, at(29));
    expect(text(at(29))).toBe("14:02:31");
    expect(text(at(28))).toBe("28 Nov, 14:02");
    expect(text(at(29, 2025))).toBe("29 Nov 2025, 14:02");
  });
  it("writes times", () => {
    expect(durationText(0.02)).toBe("< 0.1 s");
    expect(durationText(5.25)).toBe("5.3 s");
    expect(durationText(75)).toBe("1 min 15 s");
    expect(durationText(3725)).toBe("1 h 2 min");
    expect(durationText(null)).toBe("–");
    expect(clockText(12.9)).toBe("0:12");
    expect(clockText(3725)).toBe("1:02:05");
  });
  it("writes numbers and shares short", () => {
    expect(numberText(0.000012)).toBe("1.20e-5");
    expect(numberText(0.123456)).toBe("0.1235");
    expect(numberText(null)).toBe("–");
    expect(shareText(0.124)).toBe("12 %");
    expect(shareText(0.008)).toBe("0.8 %");
  });
  it("writes settings as their fields show them", () => {
    expect(fieldText([3, 3])).toBe("3 × 3");
    expect(fieldText([null, 5])).toBe("None, 5");
    expect(fieldText(null)).toBe("");
    expect(fieldText(["a", "b"])).toBe("a, b");
  });
});
