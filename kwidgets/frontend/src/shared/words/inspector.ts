// The inspector and its forms: settings, facts, problems.
import { countText } from "../figures";
import type { State, Tried } from "../messages";
import { empty } from "./inspector/empty";
import { model } from "./inspector/model";
import { offer } from "./inspector/offer";
import { outline } from "./inspector/outline";
import { fold, several } from "./inspector/several";

export const inspector = {
  label: "Inspector",
  sheet: {
    grip: "Show more or less",
    close: "Close the settings",
    parameters: (count: number) => (count === 1 ? "1 parameter" : `${countText(count)} parameters`),
  },
  locked: "Training: stop to edit",
  stop: "Stop",
  field: {
    none: "none",
    mixed: "several values",
    help: (code: string, help: string, oldNames: readonly string[]) =>
      `${code}${help === "" ? "" : `: ${help}`}${oldNames.length === 0 ? "" : ` (Keras 1: ${oldNames.join(", ")})`}`,
  },
  settingsOf: (name: string) => `Settings of ${name}`,
  renameHint: (name: string) => `${name}: rename (F2)`,
  nameLabel: (title: string) => `Name of the ${title}`,
  modelName: "Name of the model",
  menu: "All actions",
  states: { ok: "fits", wrong: "does not fit", waiting: "waits" } satisfies Record<State, string>,
  output: "output of the model",
  outputSwitch: "An output of the model",
  outputHelp: "Its values are compared with a target when the model is trained",
  frozen: "frozen",
  bypassed: "bypassed",
  inFrame: "Part of",
  closeFrame: "Fold again",
  ungroupFrame: "Take apart",
  mends: "Mends",
  mendsTried: (trained: boolean) => (trained ? "tried on a copy, each trains a batch" : "tried on a copy"),
  tried: {
    trained: "trains a batch",
    shapes: "tried by its shapes alone, as training it takes long",
    nothing: "nothing is left to train yet",
  } satisfies Record<Tried, string>,
  apply: "Apply",
  applyMend: (label: string) => `Apply: ${label}`,
  preview: "Preview",
  previewMend: (label: string) => `Preview: ${label}`,
  changes: "It changes:",
  goTo: (name: string) => `Go to ${name}`,
  wrapper: "Wrapped in",
  wrapperHelp: "a layer around this one: over time in both directions, or for every step by itself",
  inside: (title: string) => `Inside: ${title}`,
  why: (shape: string) => `Why ${shape}?`,
  parameters: "Parameters",
  work: "Work a sample",
  memory: "Memory a sample",
  outputShape: "Output",
  weights: "Weights",
  weightName: "Name",
  weightShape: "Shape",
  uses: (count: number) => `One layer, used ${count} times`,
  useHere: "here",
  useAfter: (names: readonly string[]) => (names.length === 0 ? "after nothing yet" : `after ${names.join(" and ")}`),
  freeze: "Freeze",
  bypass: "Bypass",
  smallKeys: { freeze: "f", bypass: "b", group: "g", find: "Ctrl F", rename: "F2" },
  rename: "Rename",
  block: { menu: "Save to My blocks …", title: "Save to My blocks", name: "Name of the block", save: "Save", cancel: "Cancel", start: (name: string) => `my_${name}`, several: "my_block" },
  offer,
  fold,
  several,
  model,
  empty,
  outline,
} as const;
