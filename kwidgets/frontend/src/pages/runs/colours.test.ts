import { expect, it } from "vitest";
import { coloured, COLOURS } from "./colours";

it("gives as many runs as there are colours a colour of their own, and each keeps it", () => {
  const ids = Array.from({ length: COLOURS }, (_, index) => String(index));
  const first = coloured(new Map(), ids);
  expect(new Set(first.values()).size).toBe(COLOURS);
  const next = coloured(first, ["new", ...ids.slice(1)]);
  for (const id of ids.slice(1)) expect(next.get(id)).toBe(first.get(id));
  expect(next.get("new")).toBe(first.get("0"));
});
it("changes nothing where all have one", () => {
  const first = coloured(new Map(), ["a", "b"]);
  expect(coloured(first, ["b"])).toBe(first);
});
