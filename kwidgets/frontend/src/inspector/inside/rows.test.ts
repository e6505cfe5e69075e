import { expect, it } from "vitest";
import { rowsFrom } from "./rows";

it("reads single rows and ranges, each row once", () => {
  expect(rowsFrom("0-2, 7,1", 10)).toEqual([0, 1, 2, 7]);
});

it("takes no row that is not there, nothing empty and no other text", () => {
  for (const text of ["", "10", "3-12", "5-2", "a", "1,,2", "-1"]) expect(rowsFrom(text, 10)).toBeNull();
});

it("takes no more rows than a probe has", () => {
  expect(rowsFrom("0-255", 1000)).toHaveLength(256);
  expect(rowsFrom("0-256", 1000)).toBeNull();
});
