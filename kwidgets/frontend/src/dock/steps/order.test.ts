import { expect, it } from "vitest";
import type { StepEntry } from "../../shared/messages";
import { partsOf, placeAfter } from "./order";

const entry = (name: string, direction: StepEntry["direction"]): StepEntry => ({ name, node: null, direction, size: null, bad: false });

it("keeps each step's place in the whole", () => {
  const [forward, backward] = partsOf([entry("a", "forward"), entry("b", "forward"), entry("b", "backward"), entry("a", "backward")]);
  expect(forward?.entries.map(({ entry: one, place }) => `${one.name} ${place}`)).toEqual(["a 0", "b 1"]);
  expect(backward?.entries.map(({ entry: one, place }) => `${one.name} ${place}`)).toEqual(["b 2", "a 3"]);
});

it("goes no farther than the ends", () => {
  expect([placeAfter("ArrowRight", 0, 3), placeAfter("ArrowRight", 2, 3), placeAfter("ArrowLeft", 0, 3)]).toEqual([1, null, null]);
  expect([placeAfter("Home", 2, 3), placeAfter("End", 0, 3), placeAfter("a", 0, 3)]).toEqual([0, 2, null]);
});
