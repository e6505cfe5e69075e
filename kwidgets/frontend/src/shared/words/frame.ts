// The frame around all pages: top bar, status, kernel, errors, keys.
import { countText, shortCountText } from "../figures";
import type { Kind, RunState } from "../messages";

const layers = (count: number) => (count === 1 ? "1 layer" : `${countText(count)} layers`);

export const frame = {
  pages: { build: "Build", data: "Data", train: "Train", runs: "Runs", code: "Code" },
  pagesLabel: "Pages",
  builder: "Network builder",
  loading: "Opening the builder …",
  empty: "empty",
  about: (kind: Kind, count: number, cards: number) =>
    cards < count ? `${kind} · ${layers(count)} in ${cards} cards` : `${kind} · ${layers(count)}`,
  nameLabel: "Name of the model",
  rename: "Rename the model",
  undo: (what: string | null) => (what === null ? "Nothing to undo" : `Undo: ${what}`),
  redo: (what: string | null) => (what === null ? "Nothing to redo" : `Redo: ${what}`),
  ready: "Ready",
  parameters: (count: number) => `${shortCountText(count)} parameters`,
  problems: (count: number) => (count === 1 ? "1 problem" : `${count} problems`),
  epoch: (epoch: number, epochs: number) => `epoch ${epoch} of ${epochs}`,
  states: {
    idle: "not trained", running: "running", paused: "paused", stopping: "stopping", stopped: "stopped", finished: "finished", failed: "failed",
  } satisfies Record<RunState, string>,
  train: "Train",
  goOn: "Continue",
  stop: "Stop",
  resume: "Resume",
  cannotTrain: "Mend the problems first",
  addFirst: "Add layers first",
  addLayer: "Layer",
  addLayerLong: "Add a layer",
  fullPage: "Fill the window",
  leaveFullPage: "Leave the full window (Esc)",
  keysHelp: "All keys (?)",
  grip: "Height of the builder: arrow keys change it",
  unsent: "typed text that is not in the model yet",
  busy: "The kernel is busy with something else; what you do here is kept and comes next.",
  gone: "The kernel is gone. What you see stays here; run the cell again to go on.",
  copyModel: "Copy the model as YAML",
  copied: "Copied",
  brokeTitle: "This view met an error.",
  brokeText: "Your model is safe in the kernel. Reload the view to go on.",
  reload: "Reload view",
  closeMessage: "Close message",
  keys: "Keys",
  keysIntro: "They work while the builder has the focus; none of them reaches the notebook.",
  close: "Close",
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Done again: ${what}`,
  show: "Show",
  noteLocked: "Training: stop to edit",
} as const;
