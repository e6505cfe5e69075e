// The Train page before the first run.
import { aboutText, bytesText, countText } from "../../figures";

export const beforeFirst = {
  firstTitle: "Ready to train",
  data: "data",
  samples: (count: number) => `${countText(count)} samples`,
  trainsOn: (name: string, samples: number) => `Trains on ${name}: ${countText(samples)} samples.`,
  firstText: (epochs: number, batch: number) => `${epochs === 1 ? "1 epoch" : `${countText(epochs)} epochs`}, ${countText(batch)} samples in a batch. The curves appear here.`,
  forecast: (seconds: number, epochs: number) => `On this machine ${aboutText(seconds)} an epoch, ${aboutText(seconds * epochs)} in all.`,
  forecastMemory: (bytes: number) => `About ${bytesText(bytes)} of memory.`,
  emptyTitle: "There is no model yet",
  emptyText: "Add layers first; training starts here when they are there.",
  toBuild: "Open Build",
  wrongTitle: (count: number) => (count === 1 ? "One thing to mend first" : `${countText(count)} things to mend first`),
  dataTitle: "Which data shall it learn from?",
  dataMissing: (names: readonly string[]) => `No array is chosen for ${names.map((name) => `'${name}'`).join(", ")}.`,
  toData: "Choose data",
  dashboardEmpty: "The curves appear here when training starts.",
} as const;
