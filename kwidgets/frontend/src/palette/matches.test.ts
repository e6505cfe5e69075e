import { expect, it } from "vitest";
import { matches } from "./matches";

const entry = (title: string, ...old_names: string[]) => ({ class_name: title, title, help: "", old_names, inputs: 1 as const });
const layers = [entry("Dense"), entry("Conv2D", "Convolution2D"), entry("MaxPooling2D"), entry("GlobalMaxPooling2D")];

it("finds layers by their present and their old names", () => {
  expect(matches(layers, "den").map((one) => one.title)).toEqual(["Dense"]);
  expect(matches(layers, "Convolution").map((one) => one.title)).toEqual(["Conv2D"]);
});

it("puts beginnings before insides", () => {
  expect(matches(layers, "max").map((one) => one.title)).toEqual(["MaxPooling2D", "GlobalMaxPooling2D"]);
});
