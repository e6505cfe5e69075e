import { describe, expect, it } from "vitest";
import { barsOf, curvesOf, pictureOf, rowsOf, waveOf } from "./sampleShapes";

describe("samples", () => {
  it("are ink where a gray picture is mostly empty, and as they are otherwise", () => {
    const dark = pictureOf([[[0], [255]], [[0], [0]]]);
    expect([dark?.width, dark?.height, dark?.isInk]).toEqual([2, 2, true]);
    expect([...(dark?.pixels ?? [])].slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 255]);
    const bright = pictureOf([[[200], [255]]]);
    expect([bright?.isInk, ...(bright?.pixels ?? [])]).toEqual([false, 200, 200, 200, 255, 255, 255, 255, 255]);
    expect([...(pictureOf([[[1, 2, 3]]])?.pixels ?? [])]).toEqual([1, 2, 3, 255]);
  });
  it("that are no pictures are not drawn", () => {
    expect(pictureOf([1, 2])).toBeNull();
    expect(pictureOf([[[0]], [[0], [1]]])).toBeNull();
    expect(pictureOf(undefined)).toBeNull();
  });
  it("are curves with gaps", () => {
    expect(curvesOf([[0, 1], [null, 1], [1, 1]], 0, 1, 10, 10)).toEqual([["0.0,10.0", "10.0,0.0"], ["0.0,0.0 5.0,0.0 10.0,0.0"]]);
    expect(curvesOf([[3]], 3, 3, 10, 10)).toEqual([["5.0,5.0"]]);
  });
  it("are bars that stand on zero", () => {
    expect(barsOf([1, -1, null], -1, 1, 10)).toEqual([[0, 5], [5, 5], [5, 0]]);
    expect(barsOf([2], 2, 2, 10)).toEqual([[0, 10]]);
  });
  it("are waves around the middle", () => {
    expect(waveOf([[-1, 1], [0, 0.5], [null, null]], -1, 0.5, 10)).toEqual([[0, 10], [2.5, 2.5], [5, 0]]);
    expect(waveOf("none", -1, 1, 10)).toEqual([]);
  });
  it("are rows of numbers, whatever came", () => {
    expect(rowsOf([[1, "a", null], 3])).toEqual([[1, null, null]]);
  });
});
