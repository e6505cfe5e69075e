import { expect, it } from "vitest";
import { holding } from "./useNoteSize";

const text = (width: number) => 12_000 / width;

it("holds the text at every width", () => {
  expect(holding({ width: 300, height: 10 }, text)).toEqual({ width: 300, height: 44 });
  expect(holding({ width: 120, height: 10 }, text)).toEqual({ width: 120, height: 100 });
  expect(holding({ width: 120, height: 180 }, text)).toEqual({ width: 120, height: 180 });
});

it("stays within what a note may have", () => {
  expect(holding({ width: 3, height: 3 }, () => 0)).toEqual({ width: 100, height: 44 });
  expect(holding({ width: 1e6, height: 1e6 }, () => 0)).toEqual({ width: 2000, height: 2000 });
});
