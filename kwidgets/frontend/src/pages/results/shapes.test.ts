import { describe, expect, it } from "vitest";
import { endsOf, lineOf, nearest, placed, strengthOf } from "./shapes";

describe("places in a chart", () => {
  it("finds ends that hold all values, with room around a single one", () => {
    expect(endsOf([3, -1, Number.NaN])).toEqual([-1, 3]);
    expect(endsOf([2, 2])).toEqual([1.5, 2.5]);
    expect(endsOf([])).toEqual([0, 1]);
  });
  it("puts low values below", () => {
    expect(placed([0, 0], [0, 1], [0, 2], { width: 10, height: 20 })).toEqual([0, 20]);
    expect(placed([1, 2], [0, 1], [0, 2], { width: 10, height: 20 })).toEqual([10, 0]);
    expect(lineOf([[0, 0], [0.5, 1]], { width: 10, height: 10 })).toBe("0.0,10.0 5.0,0.0");
  });
  it("finds the nearest point within reach", () => {
    expect(nearest([[0, 0], [5, 5]], [4, 4], 3)).toBe(1);
    expect(nearest([[0, 0]], [40, 4], 3)).toBeNull();
  });
});

describe("the shade of a cell", () => {
  it("is none for an empty one, seen for a rare mistake and never so strong that text cannot be read", () => {
    expect(strengthOf(0, 10)).toBe(0);
    expect(strengthOf(1, 1000)).toBeGreaterThanOrEqual(12);
    expect(strengthOf(10, 10)).toBe(50);
  });
});
