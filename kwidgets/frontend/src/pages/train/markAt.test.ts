import { expect, it } from "vitest";
import type { Mark } from "../../shared/messages";
import { isTrouble, markAt } from "./markPainter";

const mark = (kind: Mark["kind"], x: number): Mark => ({ kind, x, text: kind, says: kind });
const MARKS = [mark("rate", 1), mark("best", 2), mark("infinite", 2.1), mark("stop", 4)];

it("finds the mark that a pointer means, a divergence before what lies beside it", () => {
  expect(markAt(MARKS, 1.05, 0.1)?.kind).toBe("rate");
  expect(markAt(MARKS, 2.02, 0.1)?.kind).toBe("infinite");
  expect(markAt(MARKS, 3, 0.1)).toBeNull();
});

it("tells divergences of every kind from what else happens in a run", () => {
  const kinds: Mark["kind"][] = ["rate", "stop", "best", "nan", "infinite", "growing", "worse", "lost", "guess"];
  expect(kinds.filter((kind) => isTrouble(mark(kind, 0)))).toEqual(["nan", "infinite", "growing", "worse", "lost", "guess"]);
});
