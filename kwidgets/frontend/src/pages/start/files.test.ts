import { expect, it } from "vitest";
import { formatOf } from "./files";

it("tells the language by the ending", () => {
  expect(["a.yaml", "A.YML", "b.json", "c.h5", "yaml"].map(formatOf)).toEqual(["yaml", "yaml", "json", null, null]);
});
