import { expect, it } from "vitest";
import { viewOf } from "./useFitting";

it("shows all where letters stay legible, in the middle", () => {
  expect(viewOf({ left: 0, top: 0, right: 200, bottom: 100 }, 600, 500)).toEqual({ x: 200, y: 200, zoom: 1 });
});

it("begins at the beginning where not all can be seen", () => {
  const view = viewOf({ left: 100, top: 40, right: 3000, bottom: 300 }, 600, 500);
  expect(view.zoom).toBe(0.85);
  expect(view.x).toBeCloseTo(10 - 85);
});
