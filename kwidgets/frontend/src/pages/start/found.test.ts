import { expect, it } from "vitest";
import { found } from "./found";

const template = (name: string, title: string, help: string) => ({ name, title, help, layers: 1, sketch: [] });
const all = [template("news", "Text LSTM", "sorts pictures of words"), template("cnn", "Digits CNN", "pictures of digits"), template("res", "Residual", "a CNN with skips")];
const names = (text: string) => found(all, text).map(({ name }) => name);

it("finds templates by all words, titles first", () => {
  expect(names("")).toEqual(["news", "cnn", "res"]);
  expect(names("cnn")).toEqual(["cnn", "res"]);
  expect(names("digits PICTURES")).toEqual(["cnn"]);
  expect(names("audio")).toEqual([]);
});
