import { describe, expect, it } from "vitest";
import { beside, clearPlace, crosses, type Piece } from "./labelPlace";

const chart = { left: 0, top: 0, width: 200, height: 100 };
const size = { width: 30, height: 10 };

describe("the place of a word on a chart", () => {
  it("knows what runs through a rectangle", () => {
    const place = { left: 10, top: 10, width: 20, height: 10 };
    expect(crosses([0, 15, 100, 15], place)).toBe(true);
    expect(crosses([0, 0, 40, 40], place)).toBe(true);
    expect(crosses([15, 12, 16, 13], place)).toBe(true);
    expect(crosses([0, 25, 100, 25], place)).toBe(false);
    expect(crosses([0, 0, 9, 100], place)).toBe(false);
    expect(crosses([0, 40, 40, 0], { ...place, left: 30 })).toBe(true);
    expect(crosses([0, 30, 30, 0], { ...place, left: 30 })).toBe(false);
  });
  it("is the top right of its mark where that is clear", () => {
    expect(clearPlace(beside(50, size, chart, 4), [], [])).toEqual({ left: 54, top: 0, ...size });
  });
  it("goes to the other side, then down, where curves run", () => {
    const toTheRight: Piece = [50, 5, 200, 5];
    expect(clearPlace(beside(50, size, chart, 4), [toTheRight], [])).toEqual({ left: 16, top: 0, ...size });
    const along: Piece = [0, 12, 200, 12];
    expect(clearPlace(beside(50, size, chart, 4), [toTheRight, [0, 5, 50, 5], along], [])).toEqual({ left: 54, top: 20, ...size });
  });
  it("stays inside the chart and clear of other words", () => {
    expect(clearPlace(beside(190, size, chart, 4), [], [])?.left).toBe(156);
    const first = { left: 54, top: 0, ...size };
    expect(clearPlace(beside(60, size, chart, 4), [], [first])).toEqual({ left: 64, top: 10, ...size });
  });
  it("never lies on a curve where some place is clear", () => {
    for (let step = 0; step < 60; step += 1) {
      const pieces: Piece[] = Array.from({ length: 40 }, (_, at) => [at * 5, 50 + 48 * Math.sin(at * 0.3 + step), at * 5 + 5, 50 + 48 * Math.sin((at + 1) * 0.3 + step)]);
      const places = beside(100, size, chart, 4);
      const found = clearPlace(places, pieces, []);
      const clear = places.filter((place) => !pieces.some((piece) => crosses(piece, place)));
      if (clear.length > 0) expect(clear).toContainEqual(found);
    }
  });
});
