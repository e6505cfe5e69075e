import { expect, it } from "vitest";
import type { SearchRow } from "../shared/messages";
import { sectionsOf } from "./sections";

const row = (section: SearchRow["section"], title: string): SearchRow => ({
  section, class_name: title, title, family: "core", line: "", shape: null, settings: {}, old_name: null, change: null, command: null, go: null,
});

it("puts rows under their titles and keeps their places", () => {
  const sections = sectionsOf([row("fits", "Conv2D"), row("fits", "Dense"), row("model", "conv2d_1")], "max_pooling2d");
  expect(sections.map((section) => section.title)).toEqual(["After max_pooling2d", "In this model"]);
  expect(sections[1]?.rows[0]?.index).toBe(2);
});
