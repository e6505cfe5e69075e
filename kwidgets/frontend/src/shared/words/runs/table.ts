// The table of all runs.
import { countText } from "../../figures";
import type { KeptState } from "../../messages";
import { train } from "../train";

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const table = {
  table: "All runs",
  run: "Run",
  when: "Began",
  document: "Model",
  inCode: "fit in code",
  epochs: "Epochs",
  time: "Time",
  state: "State",
  note: "Note",
  size: "On disk",
  epochsOf: (done: number, planned: number, ended: boolean) => (done >= planned || ended ? countText(done) : `${countText(done)} / ${countText(planned)}`),
  best: "the least validation loss of this model's runs",
  states: {
    running: "running", paused: "paused", stopped: "stopped", finished: "finished", failed: "failed", diverged: "diverged", interrupted: "interrupted",
  } satisfies Record<KeptState, string>,
  metric: (name: string) => capital(train.metric(name)),
  metricShort: (name: string) => (name.startsWith("val_") ? `Val. ${train.base(name)}` : capital(train.base(name))),
  setting: (layer: string | null, label: string) => (layer === null ? label : `${layer} ${label.charAt(0).toLowerCase()}${label.slice(1)}`),
  none: "none",
  on: "on",
  off: "off",
  sortBy: (column: string) => `Sort by ${column}`,
  draw: (number: number) => `Draw the curves of run ${number}`,
  drawAll: (count: number) => `Draw the curves of ${count === 1 ? "this run" : `these ${countText(count)} runs`}`,
  choose: (number: number) => `Choose run ${number} for comparing`,
  noNumber: "NaN",
  today: "today",
  yesterday: "yesterday",
} as const;
