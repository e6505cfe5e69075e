// The Data page.
import { fieldText } from "../figures";
import type { Json } from "../messages";
import { facts } from "./data/facts";
import { inTwoParts } from "./data/inTwoParts";
import { looks } from "./data/looks";
import { rows } from "./data/rows";
import { steps } from "./data/steps";


/** How rows are divided: "by chance, seed 0", "by group of town", "fold 1 of 5 by order". */
function splitBy({ by, column, seed, folds, fold }: Readonly<Record<string, Json>>): string {
  const how = by === "group" || by === "time" ? `by ${by === "group" ? "groups of " : ""}${fieldText(column ?? null)}` : `by ${fieldText(by ?? null)}`;
  const seeded = by === "chance" || by === "group" ? `, seed ${fieldText(seed ?? null)}` : "";
  const folded = typeof folds === "number" && typeof fold === "number" ? `fold ${fold + 1} of ${folds} ` : "";
  return `${folded}${how}${seeded}`;
}

const dividing = {
  howSplit: "How the rows are divided",
  splitBy,
  sameShare: "same share of each class",
  testShare: (percent: string) => `${percent} % for the test`,
  noTest: "no test set",
  validatesBy: "What is measured after each epoch",
  byShare: "a share of the rows",
  byOwnArrays: "arrays of their own",
  inPlaceOf: (key: string) => `in place of ${key}`,
  ownValidation: (key: string, count: string) => `${key}: ${count} rows, measured after each epoch and never trained on`,
  validationOf: (name: string) => `validation: ${name}`,
  shareInstead: "A share instead",
  otherRows: "or rows of another file",
  otherRowsPath: "Path of a file or folder, or a frame, whose rows are measured after each epoch",
  otherRowsHint: "a file such as later.csv",
  isAbsent: (name: string) => `${name} is not on this machine:`,
  wouldBeFetched: (size: string, folder: string) => `${size} would be fetched into ${folder}, and checked. Nothing is fetched before you press the button.`,
  addresses: "Where it lies",
  fetch: (size: string) => `Fetch ${size}`,
  fetching: "Fetching…",
  absentSet: (name: string, size: string) => `${name} (${size} to fetch)`,
} as const;

export const data = {
  label: "Data",
  source: "Where the arrays come from",
  kinds: { notebook: "This notebook", file: "File or folder", built_in: "Ready set" },
  readAgain: "Read again",
  readAgainWhen: "Changed in a cell?",
  noArrays: "no arrays yet",
  path: "Path of a file of arrays, of a table, or of a folder of pictures, texts or sounds",
  pathHint: "flats.csv, digits.npz or pictures/, then Enter",
  open: "Open",
  offered: { notebook: "Arrays or a frame of this notebook", file: "Opened files and folders", built_in: "Ready sets" },
  itsArrays: "its arrays",
  frame: (name: string) => `${name} (frame)`,
  choose: "choose…",
  input: "input of the model",
  target: "target",
  targetOfClasses: "target: a class",
  array: (role: string, layer: string) => `Array for the ${role} ${layer}`,
  takes: (layer: string, shape: string) => `${layer} takes ${shape}`,
  wants: (layer: string, shape: string) => `${layer} wants ${shape}`,
  gone: (key: string) => `${key} (not there)`,
  goneSentence: (key: string) => `The source has no array named ${key}. Run the cell that makes it, then read again.`,
  notChosen: "Choose an array above.",
  table: "The table",
  predict: "Predict",
  tableRows: (count: string, about: boolean, columns: number) => `from ${columns === 1 ? "1 column" : `${columns} columns`} of ${about ? "about " : ""}${rows(count)}`,
  columns: "Columns",
  columnKinds: { number: "numbers", text: "text", date: "dates", boolean: "yes or no", array: "arrays" },
  columnMissing: (count: string) => `${count} missing`,
  leaveOut: (name: string) => `Leave ${name} out`,
  takeIn: (name: string) => `Left out: take ${name} as an input`,
  ...steps,
  folder: "The folder of pictures",
  pictures: (count: string) => (count === "1" ? "1 picture" : `${count} pictures`),
  classesByFolder: "the folders in it are the classes",
  noClasses: "without classes: they lie in no folders of their own",
  ...looks,
  ...dividing,
  tableFindings: "What would spoil the training",
  ...facts,
  byTable: "as a table says",
  pictureTable: "Path of a table that names the pictures and says more of them",
  pictureTableHint: "a table, such as people.csv",
  take: "Take",
  picturesRead: "read while it is trained",
  rows: "Rows",
  row: "Row",
  column: (index: number) => `Column ${index}`,
  split: (train: string, validation: string) => `${train} rows are trained on, ${validation} are kept for validation`,
  train: (count: string) => `train ${count}`,
  validation: (count: string) => `validation ${count}`,
  test: (count: string) => `test ${count}`,
  testHelp: (key: string, count: string) => `${key}: ${count} rows, scored when the training is over and never trained on`,
  ...inTwoParts,
  share: "Share kept for validation, in percent",
  percent: "% for validation",
  lastRows: (count: string) => (count === "1" ? "the last row, never trained on" : `the last ${count} rows, never trained on`),
  noValidation: "nothing is kept: the curves will show training only",
  mendTableFirst: "What the model gets, x and y, is made of the table once what is said above has been mended.",
  noSamples: "The split is shown once every input and target has an array.",
  problems: "Problems of the data",
  fits: "Fits the model.",
  fitsInput: (layer: string, shape: string) => `${shape} = input of ${layer}`,
  fitsClasses: (count: number, asRows: boolean) => `${count} classes as ${asRows ? "rows with a single 1" : "whole numbers"}`,
  fitsTarget: "= target of",
  outputMark: / · output$/,
  fitsLoss: (loss: string | null) => (loss === null ? "" : ` with ${loss.replaceAll("_", " ")}`),
  noModel: "The model has no inputs yet.",
  noModelHint: "Choose data above, and a first model can be made for them; or add layers first.",
  begin: "Begin with a model for these data",
  beginText: (x: string, input: string, y: string, target: string) => `There is no model yet. A first one can take ${x} (${input} a sample) and give ${y} (${target}).`,
  build: "Go to Build",
} as const;
