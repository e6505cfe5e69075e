import { describe, expect, it } from "vitest";
import { aligned, ofEpoch, rangeOf, roundEnd, smoothed } from "./shape";

const line = (ys: number[], step = 1) => ({ xs: ys.map((_, index) => index * step), ys });

describe("smoothing", () => {
  it("calms dense batches and leaves single epochs nearly alone", () => {
    const batches = line(Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? 0 : 1)), 0.01);
    const calm = smoothed(batches, 0.6).ys;
    expect(Math.abs((calm[999] ?? 0) - 0.5)).toBeLessThan(0.05);
    const epochs = line([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(smoothed(epochs, 0.6).ys[9]).toBeLessThan(0.02);
  });
  it("keeps everything at strength 0, and gaps as gaps", () => {
    expect(smoothed(line([3, 1, 2]), 0).ys).toEqual([3, 1, 2]);
    const [, gap, after] = smoothed(line([1, Number.NaN, 1]), 0.9).ys;
    expect(gap).toBeNaN();
    expect(after).toBe(1);
  });
});

describe("one axis", () => {
  it("puts lines with their own x beside each other", () => {
    expect(aligned([{ xs: [0.5, 1, 1.5], ys: [5, 4, 3] }, { xs: [1, 2], ys: [9, 8] }])).toEqual([
      [0.5, 1, 1.5, 2],
      [5, 4, 3, null],
      [null, 9, null, 8],
    ]);
  });
  it("draws no value that is no number", () => {
    expect(aligned([{ xs: [1, 2], ys: [Number.NaN, Infinity] }])[1]).toEqual([null, null]);
  });
});

describe("range", () => {
  const falling = Array.from({ length: 100 }, (_, index) => 1 / (1 + index / 10));
  it("holds all values as a rule", () => {
    expect(rangeOf([line(falling)])).toEqual({ low: Math.min(...falling), high: 1, above: null });
  });
  it("leaves out first values far above the rest, and says how far", () => {
    const range = rangeOf([line([900, 400, ...falling])]);
    expect(range?.above).toBe(900);
    expect(range?.high).toBeLessThan(2);
    expect(rangeOf([line([900, 400, ...falling])], true)?.high).toBe(900);
  });
  it("keeps a late jump in view", () => {
    expect(rangeOf([line([...falling, 900])])?.high).toBe(900);
  });
  it("is none without numbers", () => {
    expect(rangeOf([line([Number.NaN])])).toBeNull();
  });
});

describe("right end", () => {
  it("shows all planned epochs while they are few and grows in steps while they are many", () => {
    expect(roundEnd(0.2, 10)).toBe(10);
    expect([roundEnd(0.2, 5000), roundEnd(11, 5000), roundEnd(21, 5000), roundEnd(2500, 5000)]).toEqual([10, 20, 50, 5000]);
  });
});

describe("values of an epoch", () => {
  it("are found by the end of the epoch", () => {
    const epochs = { xs: [1, 2, 2.4], ys: [5, 4, 3] };
    expect([ofEpoch(epochs, 2), ofEpoch(epochs, 2.2), ofEpoch(epochs, 3), ofEpoch(undefined, 1)]).toEqual([4, 3, undefined, undefined]);
  });
});
