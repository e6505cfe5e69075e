import { expect, it } from "vitest";
import type { SearchRow } from "../shared/messages";
import { FOLD, itemsOf, sectionsOf } from "./sections";

const row = (section: SearchRow["section"], title: string): SearchRow => ({
  section, class_name: title, title, family: "core", line: "", shape: null, settings: {}, unused: [], old_name: null, change: null, command: null, go: null,
});

it("puts rows under their titles and keeps their places", () => {
  const sections = sectionsOf([row("fits", "Conv2D"), row("fits", "Dense"), row("model", "conv2d_1")], "max_pooling2d");
  expect(sections.map((section) => section.title)).toEqual(["After max_pooling2d", "In this model"]);
  expect(sections[1]?.items[0]?.index).toBe(2);
});

it("puts the line that opens the folded layers among those that need a change, also where none of them is shown", () => {
  const items = itemsOf([row("fits", "Conv2D"), row("change", "Dense"), row("model", "conv2d_1")], { count: 5, at: 2 });
  expect(items.map((item) => (item === FOLD ? FOLD : item.title))).toEqual(["Conv2D", "Dense", FOLD, "conv2d_1"]);
  const alone = sectionsOf(itemsOf([row("fits", "Conv2D")], { count: 5, at: 1 }), null);
  expect(alone.map((section) => section.items.map(({ index }) => index))).toEqual([[0], [1]]);
});
