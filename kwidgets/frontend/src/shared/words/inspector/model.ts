// The page of the whole model.
import { countText } from "../../figures";
import type { Kind } from "../../messages";
import { layers } from "./counts";

export const model = {
  kind: "Kind of model",
  kinds: { Sequential: "Sequential", Model: "Model" } satisfies Record<Kind, string>,
  kindHelp: "A Sequential is one stack; a Model may branch, merge and share layers",
  trainable: "Trainable",
  frozen: "Frozen",
  weights: "Weights",
  memory: "Memory a sample",
  work: "Work a sample",
  where: "Where the parameters are",
  bar: (name: string, count: number, share: string) => `${name} ${share}: ${countText(count)} parameters`,
  rest: (count: number) => `${layers(count)} with less`,
  folds: ["A double click opens a fold or a block; ", "E", " opens all of them."],
  weightsOf: "Starts with",
  newWeights: "new weights",
  learnt: "the weights learnt here",
  fromFile: (name: string) => `the weights of ${name}`,
  weightsPath: "Path of a file of weights on the kernel's machine",
  weightsHint: "others: weights.h5",
  loadWeights: "Load",
  find: "find",
  findLong: "Find in the model",
} as const;
