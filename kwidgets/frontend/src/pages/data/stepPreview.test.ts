import { expect, it } from "vitest";
import { pairsOf } from "./stepPreview";

it("puts what a column was beside what it has become", () => {
  const before = [{ name: "size", values: ["1"] }, { name: "town", values: ["Ulm"] }];
  const after = [{ name: "town = Ulm", values: ["1"] }, { name: "size", values: ["0.5"] }];
  expect(pairsOf({ before, after })).toEqual([
    { name: "size", before: ["1"], after: ["0.5"] },
    { name: "town", before: ["Ulm"], after: null },
    { name: "town = Ulm", before: null, after: ["1"] },
  ]);
});
