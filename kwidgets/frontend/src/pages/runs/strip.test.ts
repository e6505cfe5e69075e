import { expect, it } from "vitest";
import type { RunCheckpoint } from "../../shared/messages";
import { nearestTo, stripOf } from "./strip";

const checkpoint = (epoch: number, batch = 0): RunCheckpoint => ({ epoch, batch, best: false, last: false, pinned: false, bytes: 1 });

it("places checkpoints by their epochs, one in the middle of an epoch half way", () => {
  const strip = stripOf([checkpoint(0), checkpoint(5), checkpoint(9, 3)], { epochs: 10, parent: null });
  expect(strip.places).toEqual([0, 0.5, 0.95]);
  expect(strip.labels.map(({ epoch }) => epoch)).toContain(10);
});
it("begins where the run that it went on from was left", () => {
  expect(stripOf([checkpoint(5), checkpoint(6)], { epochs: 6, parent: { run: "a", epoch: 4 } }).places).toEqual([0.5, 1]);
});
it("draws many small, and writes few epochs", () => {
  const many = stripOf(Array.from({ length: 200 }, (_, epoch) => checkpoint(epoch)), { epochs: 199, parent: null });
  expect(many.dense).toBe(true);
  expect(many.labels.length).toBeLessThan(13);
  expect(nearestTo(many.places, 0.5)).toBeGreaterThan(95);
});
