import { expect, it } from "vitest";
import { namesIn, toggled } from "./NamesControl";

it("takes names in and out in the order of the list", () => {
  expect(toggled(["a", "b", "c"], ["c"], "a")).toEqual(["a", "c"]);
  expect(toggled(["a", "b", "c"], ["a", "c"], "a")).toEqual(["c"]);
  expect([namesIn(["a", 3, null]), namesIn("a"), namesIn(null)]).toEqual([["a"], [], []]);
});
