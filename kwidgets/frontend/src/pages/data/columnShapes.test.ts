import { expect, it } from "vitest";
import { columnsShown, meansLine, percentText, shownShares } from "./columnShapes";

it("names the most frequent values and leaves room for the others", () => {
  const most = ["a", "b", "c", "d", "e"].map((name, index) => ({ name, count: 10 - index }));
  const { shown, more } = shownShares(most, 50);
  expect(shown.map(({ name, share }) => [name, share])).toEqual([["a", 0.2], ["b", 0.18], ["c", 0.16], ["d", 0.14]]);
  expect(more).toBeCloseTo(0.32);
  expect(shownShares([{ name: "a", count: 0 }], 0)).toEqual({ shown: [{ name: "a", share: 0 }], more: 1 });
});

it("draws the target's mean from its least to its most, over gaps", () => {
  expect(meansLine([0, 1, null, 1, 0], 100, 24)).toBe("10.0,22.0 30.0,2.0 70.0,2.0 90.0,22.0");
  expect(meansLine([3, 3], 100, 24)).toBe("");
  expect(meansLine([null, 1], 100, 24)).toBe("");
});

it("writes shares as people do", () => {
  expect([0, 0.0001, 0.004, 0.834, 1].map(percentText)).toEqual(["0 %", "0 %", "0.4 %", "83 %", "100 %"]);
});

it("finds columns by a part of their name, the target first", () => {
  const columns = ["size", "town size", "rent"].map((name) => ({ name, kind: "number" as const, used: true, missing: 0 }));
  expect(columnsShown({ columns, target: "rent" }, "").map(({ name }) => name)).toEqual(["rent", "size", "town size"]);
  expect(columnsShown({ columns, target: "rent" }, " SIZE").map(({ name }) => name)).toEqual(["size", "town size"]);
});
