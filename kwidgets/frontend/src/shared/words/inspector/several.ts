// The pages of several layers: those of a fold, and those that are chosen together.
import { layers } from "./counts";

export const fold = {
  repeats: (times: number, count: number) => `The same ${count === 1 ? "layer" : `${count} layers`}, ${times} times`,
  holds: (count: number) => `A block of ${layers(count)}`,
  open: "Open",
  ungroup: "Take apart",
  inside: "Layers inside",
} as const;

export const several = {
  title: layers,
  text: "What they share can be set at once; what differs is shown as it is.",
  nothing: "They have no setting in common.",
  shared: (count: number) => `${count} shared`,
  group: "Group",
} as const;
