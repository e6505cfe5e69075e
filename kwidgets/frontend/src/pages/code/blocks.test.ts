import { expect, it } from "vitest";
import { blockAt, blocksOf } from "./blocks";

const layers = new Set(["a_1", "b_1"]);
const spans = (text: string, format: "yaml" | "json" | "python") => blocksOf(text, format, layers).map(({ layer, from, to }) => [layer, from, to]);

it("finds layers in YAML by their list items", () => {
  const text = "config:\n  name: model\n  layers:\n    - name: a_1\n      config:\n        name: a_1\n      inbound_nodes: []\n    - class_name: B\n      config:\n        name: b_1\nlayout: {}\n";
  expect(spans(text, "yaml")).toEqual([["a_1", 4, 7], ["b_1", 8, 10]]);
});

it("finds layers in JSON by their braces", () => {
  const text = '{\n  "layers": [\n    {\n      "class_name": "A",\n      "config": {\n        "name": "a_1"\n      }\n    },\n    {\n      "name": "b_1"\n    }\n  ]\n}';
  expect(spans(text, "json")).toEqual([["a_1", 3, 8], ["b_1", 9, 11]]);
});

it("finds layers in Python, on one line or over several", () => {
  const text = 'a_1 = Dense(3, name="a_1")(x)\nb_1 = Conv2D(\n    filters=3,\n    name="b_1",\n)(a_1)\nmodel = 1\n';
  expect(spans(text, "python")).toEqual([["a_1", 1, 1], ["b_1", 2, 5]]);
});

it("tells the innermost layer of a line", () => {
  const blocks = [{ layer: "outer", from: 1, to: 9 }, { layer: "inner", from: 3, to: 5 }];
  expect(blockAt(blocks, 4)?.layer).toBe("inner");
  expect(blockAt(blocks, 7)?.layer).toBe("outer");
  expect(blockAt(blocks, 12)).toBeNull();
});
