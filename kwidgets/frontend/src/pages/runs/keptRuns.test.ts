import { expect, it } from "vitest";
import type { RunList } from "../../shared/messages";
import { merged } from "./keptRuns";
import { run } from "./run.fixture";

const list = (version: number, more: Partial<RunList> = {}): RunList => ({
  version, whole: false, rows: [], gone: [], columns: [], size: { bytes: 1, quota: 2, runs: 3 }, trouble: null, ...more,
});

it("takes the whole list, then what changed, came or went, and leaves the other rows as they are", () => {
  const first = merged(null, list(1, { whole: true, rows: [run(3), run(2), run(1)] }));
  const next = merged(first, list(2, { rows: [run(4), run(2, { epochs: 3 })], gone: ["run-1"] }));
  expect(next.rows.map(({ number }) => number)).toEqual([4, 3, 2]);
  expect(next.rows[1]).toBe(first.rows[0]);
  expect(next.rows[2]?.epochs).toBe(3);
});
it("is the same object where nothing is new, so that nothing is drawn again", () => {
  const first = merged(null, list(1, { whole: true, rows: [run(1)] }));
  expect(merged(first, list(1))).toBe(first);
  expect(merged(first, list(1, { trouble: "full" })).trouble).toBe("full");
});
