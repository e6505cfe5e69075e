import { expect, it } from "vitest";
import { documentsOf, shownRuns, tagsOf } from "./finding";
import { run } from "./run.fixture";

const rows = [
  run(12, { note: "higher rate, same seed", settings: { learning_rate: 0.003 }, tags: ["paper"] }),
  run(11, { document: "letters", state: "interrupted", settings: { learning_rate: 0.001 } }),
  run(1, { document: null, hidden: true }),
];
const columns = [{ name: "learning_rate", layer: null, label: "Learning rate" }];
const all = { text: "", document: undefined, tags: [], hidden: false };
const numbers = (filter: Partial<Parameters<typeof shownRuns>[2]>) => shownRuns(rows, columns, { ...all, ...filter }).map(({ number }) => number);

it("finds runs by number, note, tag, setting, model and state, all words at once", () => {
  expect(numbers({ text: "run 12" })).toEqual([12]);
  expect(numbers({ text: "SEED higher" })).toEqual([12]);
  expect(numbers({ text: "paper" })).toEqual([12]);
  expect(numbers({ text: "rate 0.001" })).toEqual([11]);
  expect(numbers({ text: "letters interrupted" })).toEqual([11]);
  expect(numbers({ text: "nothing of the kind" })).toEqual([]);
});
it("shows the runs of one model, or those begun in code, or with a tag", () => {
  expect(numbers({ document: "letters" })).toEqual([11]);
  expect(numbers({ document: null, hidden: true })).toEqual([1]);
  expect(numbers({ tags: ["paper"] })).toEqual([12]);
  expect(numbers({ tags: ["paper", "other"] })).toEqual([]);
});
it("leaves hidden runs out until they are asked for", () => {
  expect(numbers({})).toEqual([12, 11]);
  expect(numbers({ hidden: true })).toEqual([12, 11, 1]);
});
it("lists models by their newest run, and tags by their letters", () => {
  expect(documentsOf(rows)).toEqual(["digits", "letters", null]);
  expect(tagsOf([...rows, run(2, { tags: ["a", "paper"] })])).toEqual(["a", "paper"]);
});
