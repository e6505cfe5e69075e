// The Results page: what a model does with samples.
import { countText } from "../figures";
import type { OutputKind, ResultViewName } from "../messages";

const samples = (count: number) => (count === 1 ? "1 sample" : `${countText(count)} samples`);

const samplesAndMatrix = {
  label: "Results",
  figures: "What it comes to",
  views: {
    confusion: "Confusion", worst: "Worst mistakes", curves: "ROC, precision, recall", calibration: "Calibration", by_class: "By class",
    residuals: "Residuals", against: "Against another run",
  } satisfies Record<ResultViewName, string>,
  byLabel: "By label",
  viewsLabel: "Views",
  output: "Output",
  set: "Samples",
  setOf: (title: string, rows: number) => `${title} · ${samples(rows)}`,
  progress: (done: number, rows: number) => `${countText(done)} of ${samples(rows)} so far`,
  again: "Look again",
  againHelp: "The training goes on: look at what it has learnt by now",
  loading: "Predicting the first samples …",
  noneYet: "No results yet",
  goTrain: "To the Train page",
  goData: "To the Data page",
  asPicture: "As a picture",
  pictureOf: (view: string) => `${view} as a file`,
  formats: { png: "PNG", svg: "SVG", pdf: "PDF" },
  // Confusion.
  predicted: "predicted →",
  trueClass: "true ↓",
  cell: (count: number, name: string, other: string) => `${samples(count)} of ${name} taken for ${other}`,
  rightly: (count: number, name: string) => `${samples(count)} of ${name} right`,
  moreClasses: (count: number) => `${countText(count)} classes that are confused less are not drawn; results.confusion has all.`,
  // Samples.
  shownOf: (first: number, last: number, total: number) =>
    last - first >= total ? samples(total) : first === 0 ? `${countText(last)} of ${samples(total)}` : `${countText(first + 1)}–${countText(last)} of ${samples(total)}`,
  none: "None.",
  more: "More",
  mark: (row: number) => `Mark sample ${countText(row)}`,
  open: (row: number, caption: string) => (caption === "" ? `Sample ${countText(row)}: look inside` : `Sample ${countText(row)}, ${caption}: look inside`),
  press: "Press a sample: what the network saw, layer by layer.",
  sample: (row: number) => `Sample ${countText(row)}`,
  row: "row",
  back: "Back",
  is: (truth: string) => `is ${truth}`,
  seen: "What the network sees",
  layers: "Layer by layer",
  channels: (more: number) => `and ${countText(more)} more channels, less active`,
  moreLayers: (more: number) => (more === 1 ? "1 layer is too large to be shown here." : `${more} layers are not shown here.`),
  // Marked samples.
  marked: (count: number) => `${samples(count)} marked`,
  showMarked: "Show",
  unmark: "Unmark all",
  leaveOut: "Train without them",
  leaveOutHelp: "They are left out of the next training; nothing is deleted",
  leftOut: (count: number) => `Training goes without ${samples(count)}.`,
  takeBack: "Take them in again",
} as const;

const views = {
  // Curves.
  ofClass: "Class",
  roc: "ROC",
  precisionRecall: "Precision over recall",
  area: (value: string) => `area ${value}`,
  average: (value: string) => `average precision ${value}`,
  falseRate: "false positive rate",
  trueRate: "true positive rate",
  recall: "recall",
  precision: "precision",
  f1: "F1",
  support: "samples",
  takenFor: "taken for it",
  name: "class",
  labelName: "label",
  // Calibration.
  stated: "stated probability",
  cameTrue: "share that was right",
  bin: (low: string, high: string, count: number, right: string) => `Stated ${low} to ${high}: ${samples(count)}, ${right} right`,
  noBin: (low: string, high: string) => `Stated ${low} to ${high}: no sample`,
  // Residuals.
  trueAmount: "true amount",
  predictedAmount: "predicted amount",
  scatter: "Predicted over true amounts",
  histogram: "Residuals: true minus predicted",
  within: (level: string) => `The band holds ${level} of samples that were not trained on.`,
  choosePoint: "Press a point to see its sample.",
} as const;

const comparingAndTrying = {
  // Against.
  rival: "Run",
  noRival: "Train once more, or go back to an earlier run: two runs are compared on the same samples.",
  gained: (kind: OutputKind | null) => (kind === "amounts" ? "Smaller loss now" : "Right now, wrong then"),
  lost: (kind: OutputKind | null) => (kind === "amounts" ? "Larger loss now" : "Wrong now, right then"),
  both: (kind: OutputKind | null) => (kind === "amounts" ? "As large" : "Both right"),
  neither: "Both wrong",
  pressCount: "Press a count to see its samples.",
  comparing: "Predicting with the other run …",
  // Try it.
  tryIt: "Try it",
  pad: "Draw here with the mouse, a pen or a finger",
  padHint: "Draw one, or drop a picture:",
  picture: "Picture",
  pictureHelp: "A picture of this machine; or drop one here",
  clear: "Clear",
  text: "Text",
  textHint: "Paste or type a text",
  numbers: "Numbers",
  predict: "Predict",
  fromRow: "Row",
  fromRowHelp: "Fill the fields from a row of these samples",
  fill: "Fill in",
  noTry: "Samples of this model have several inputs or too many numbers to be typed: results.predictions and model.predict take them.",
  unreadable: "This file is no picture that the browser can read.",
  says: "It says",
  inside: "See it inside",
} as const;

export const results = { ...samplesAndMatrix, ...views, ...comparingAndTrying } as const;
