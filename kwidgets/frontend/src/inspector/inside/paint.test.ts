import { expect, it } from "vitest";
import type { InsidePanel } from "../../shared/messages";
import { barsOf, colourAt, floatsOf, pixelsOf } from "./paint";

const panel = (over: Partial<InsidePanel>): InsidePanel => ({ kind: "map", title: "", channel: null, width: 2, height: 1, low: 0, high: 1, note: "", ...over });
const brightness = ([red, green, blue]: readonly number[]) => 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);

it("gets brighter all the way", () => {
  const steps = Array.from({ length: 40 }, (_, index) => brightness(colourAt(index / 39, 0)));
  expect(steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0))).toBe(true);
});

it("has two sides where there are negative values, with white for 0", () => {
  expect(colourAt(0.5, -1)).toEqual([247, 247, 247]);
  expect(colourAt(0, -1)[2]).toBeGreaterThan(colourAt(0, -1)[0]);
  expect(colourAt(1, -1)[0]).toBeGreaterThan(colourAt(1, -1)[2]);
});

it("paints what is no number in a colour of its own", () => {
  expect([...pixelsOf(panel({}), new Uint8Array([0, 255]))]).toEqual([68, 1, 84, 255, 200, 0, 120, 255]);
});

it("draws bars from the line of 0 to both sides", () => {
  const [up, down] = barsOf(new Float32Array([1, -1]), -1, 1, 10, 20);
  expect(up).toMatchObject({ y: 0, height: 10, negative: false });
  expect(down).toMatchObject({ y: 10, height: 10, negative: true });
});

it("reads floats wherever their bytes begin", () => {
  const bytes = new ArrayBuffer(9);
  new DataView(bytes).setFloat32(1, 2.5, true);
  expect([...floatsOf(new DataView(bytes, 1, 4))]).toEqual([2.5]);
});
