import { expect, it } from "vitest";
import { inSight, viewOf } from "./useFitting";

it("shows all where letters stay legible, in the middle", () => {
  expect(viewOf({ left: 0, top: 0, right: 200, bottom: 100 }, 600, 500)).toEqual({ x: 200, y: 200, zoom: 1 });
});

it("begins at the beginning where not all can be seen", () => {
  const view = viewOf({ left: 100, top: 40, right: 3000, bottom: 300 }, 600, 500);
  expect(view.zoom).toBe(0.85);
  expect(view.x).toBeCloseTo(10 - 85);
});

it("moves a view only as far as a card needs", () => {
  const view = { x: 0, y: 0, zoom: 1 };
  const size = { width: 600, height: 500 };
  expect(inSight(view, { left: 30, top: 30, right: 240, bottom: 100 }, size)).toBeNull();
  expect(inSight(view, { left: 30, top: 480, right: 240, bottom: 550 }, size)).toEqual({ x: 0, y: -60, zoom: 1 });
  expect(inSight(view, { left: -100, top: 30, right: 110, bottom: 100 }, size)).toEqual({ x: 110, y: 0, zoom: 1 });
});
