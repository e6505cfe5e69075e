import { expect, it } from "vitest";
import { cameBack } from "./cameBack";
import { run } from "./run.fixture";

const at = (text: string) => new Date(text).getTime() / 1000;
const now = new Date("2026-11-29T16:00:00");
const interrupted = (number: number, ended: string) => run(number, { state: "interrupted", ended: at(ended) });

it("tells the runs of this model that came back, and when their kernel died", () => {
  const one = [interrupted(10, "2026-11-29T13:40:00"), run(11), run(12, { state: "interrupted", document: "other" })];
  expect(cameBack(one, "digits", now)).toBe("one run came back after the kernel died at 13:40: number 10");
  expect(cameBack([...one, interrupted(4, "2026-11-28T09:00:00")], "digits", now)).toBe("2 runs came back after a kernel died: numbers 4 and 10");
  expect(cameBack([run(1)], "digits", now)).toBe("");
});
