import { expect, it } from "vitest";
import { slowestOf } from "./slowest";

const waits = (...shares: number[]) => shares.map((waiting, rank) => ({ rank, samples_per_second: 100, waiting }));

it("is the process that waits least, for which all others wait", () => {
  expect(slowestOf(waits(0.3, 0.02, 0.2))).toBe(1);
});

it("is nobody where there is no process", () => {
  expect(slowestOf([])).toBeNull();
});
