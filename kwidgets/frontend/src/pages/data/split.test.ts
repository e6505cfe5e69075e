import { expect, it } from "vitest";
import { countsIn, percentOf, shareOf, splitOf } from "./split";

it("cuts where the engine cuts", () => {
  expect(splitOf(1437, 0.1)).toEqual({ train: 1293, validation: 144 });
  expect(splitOf(1437, 0)).toEqual({ train: 1437, validation: 0 });
  // Groups stay together, so that their share is not the one that was asked for.
  expect(splitOf(100, 0.1, 24)).toEqual({ train: 76, validation: 24 });
});

it("reads percentages as people type them", () => {
  expect(["10", " 12,5 %", "0", "", "95", "-1", "many"].map(shareOf)).toEqual([0.1, 0.125, 0, null, 0.95, -0.01, null]);
  expect([0.1, 0.07, 0.125].map(percentOf)).toEqual(["10", "7", "12.5"]);
});

it("asks only for what counts", () => {
  const asked = (by: string, folds: number | null) => ["test", "by", "column", "same_share", "seed", "folds", "fold"].filter((name) => countsIn(name, { by, folds }));
  expect(asked("chance", null)).toEqual(["test", "by", "same_share", "seed", "folds"]);
  expect(asked("time", 5)).toEqual(["test", "by", "column", "folds", "fold"]);
});
