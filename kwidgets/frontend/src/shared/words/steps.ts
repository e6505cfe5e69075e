// Stepping through a batch, and pausing before some.
import type { StepDirection, StepSource } from "../messages";

export const steps = {
  batch: "Which batch",
  sources: { waiting: "Waits before it", bad: "First bad batch", probe: "Probe" } satisfies Record<StepSource, string>,
  before: "One step back",
  after: "One step on",
  here: (place: number, count: number, direction: string, name: string) => `${place} of ${count} · ${direction} · ${name}`,
  directions: { forward: "forward", backward: "back" } satisfies Record<StepDirection, string>,
  ways: { forward: "Forward", backward: "Back" } satisfies Record<StepDirection, string>,
  track: "The steps of the batch, forward and then back",
  chip: (direction: string, name: string, size: string) => `${name}, ${direction}: RMS ${size}`,
  bad: "NaN",
  loss: (loss: string) => `loss ${loss}`,
  sample: "Sample",
  toBad: (sample: number) => `Sample ${sample}`,
  toBadHelp: "Show the sample in which it comes up",
  ofSamples: (count: number) => `of ${count}`,
  trainOnIt: "Train on it",
  pauses: (count: number) => (count === 0 ? "Pause before a batch …" : `Pause before a batch: ${count} set`),
  conditions: {
    gradient_norm_above: "Gradient norm above",
    loss_above: "Loss above",
    class_in_batch: "Class in it",
    loss_is_nan: "Loss is NaN",
    each_batch: "Each batch",
    keeps_bad: "Keep the first bad batch",
  },
  keepsHelp: "Copies weights and optimizer before each batch, which costs a pass over them",
  set: "Set",
  fromNextStart: "Holds from the next start on.",
} as const;
