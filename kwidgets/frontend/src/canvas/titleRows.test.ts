import { describe, expect, it } from "vitest";
import type { Frame } from "../shared/messages";
import { titledAt, titleRows } from "./titleRows";

const frame = (id: string, x: number, y: number, width: number, more: Frame["more"] = []): Frame => ({
  id, title: id, times: 1, block: true, inside: null, x, y, width, height: 200, more,
});
const outer = frame("outer", 0, 0, 300, [[500, 0, 200, 90]]);
const inner = frame("inner", 20, 0, 200);

describe("titles of opened blocks", () => {
  it("have a row on the upper edge of every rectangle", () => {
    expect(titleRows([outer]).map(({ x, width, number }) => [x, width, number])).toEqual([[8, 284, 0], [508, 184, 1]]);
  });
  it("are pressed anywhere on the row, between their words too, and the innermost of several first", () => {
    expect(titledAt([outer, inner], { x: 150, y: 0 })?.id).toBe("inner");
    expect(titledAt([outer, inner], { x: 260, y: 0 })?.id).toBe("outer");
    expect(titledAt([outer, inner], { x: 600, y: -5 })?.id).toBe("outer");
    expect(titledAt([outer, inner], { x: 150, y: 40 })).toBeNull();
  });
});
